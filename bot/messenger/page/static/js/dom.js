// Elements from code. Text is always a text node, so nothing that a person or the app wrote can become markup.

/** Make an element: `on…` functions become listeners, `style` an object of properties, the rest attributes. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) give(element, name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function give(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function") element.addEventListener(name.slice(2), value);
  else if (name === "style") for (const [key, each] of Object.entries(value)) element.style.setProperty(key, each);
  else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
  else element.setAttribute(name, value === true ? "" : value);
}

/** Bring the children of `parent` into the order of `wanted`, moving only what is not in place. */
export function arrange(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((child, at) => {
    if (parent.children[at] !== child) parent.insertBefore(child, parent.children[at] ?? null);
  });
}

const SHAPES = {
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  chevron: "M7 10l5 5 5-5",
  next: "M9 6l6 6-6 6",
  down: "M12 5v14M6 13l6 6 6-6",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  send: "M4.5 12L20 4.5 15.5 20l-3.6-6.4zM20 4.5l-8.1 9.1",
  bulb: "M9.5 18h5M10.5 21h3M12 3a6 6 0 0 0-3.6 10.8c.7.6 1.1 1.3 1.1 2.2h5c0-.9.4-1.6 1.1-2.2A6 6 0 0 0 12 3z",
  clock: "M12 7.5V12l3 2M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z",
  search: "M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15.5 15.5L20 20",
  retry: "M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4",
  check: "M5 12.5l4.5 4.5L19 7.5",
  file: "M7 3.5h6.5L18 8v12.5H7zM13 3.5V8.5h5",
  plus: "M12 5v14M5 12h14",
  picture: "M4 5.5h16v13H4zM4 15l4.5-4 4 3.5 3-2.5L20 16M15.5 9h.01",
  film: "M4 6.5h11v11H4zM15 10.5l5-3v9l-5-3",
  voice: "M12 4a2.5 2.5 0 0 0-2.5 2.5v5a2.5 2.5 0 0 0 5 0v-5A2.5 2.5 0 0 0 12 4zM6.5 11.5a5.5 5.5 0 0 0 11 0M12 17v3",
  place: "M12 3.5a6 6 0 0 0-6 6c0 4.5 6 11 6 11s6-6.5 6-11a6 6 0 0 0-6-6zM12 7.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  link: "M10 14a4 4 0 0 0 5.7 0l2.6-2.6a4 4 0 0 0-5.7-5.7L11.5 7M14 10a4 4 0 0 0-5.7 0l-2.6 2.6a4 4 0 0 0 5.7 5.7l1.1-1.3",
  fault: "M12 4l8.5 15h-17zM12 10v4M12 16.5h.01",
  outside: "M9 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM3 19c.6-3.2 3-4.8 6-4.8s5.4 1.6 6 4.8M18 8v6M15 11h6",
  book: "M6 4h12v16H6zM9 4v16M12.5 9h2.5M12.5 12.5h2.5",
  member: "M12 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM5 19.5c.8-3.5 3.6-5 7-5s6.2 1.5 7 5",
};

/** A line drawing of 24 by 24 in the colour of the text around it; decoration, so hidden from screen readers. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}
