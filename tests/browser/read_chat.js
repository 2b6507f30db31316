(person) => {
  const pane = document.querySelector(`[data-testid="pane"][data-person="${person}"]`);
  const all = (within, id) => [...within.querySelectorAll(`[data-testid="${id}"]`)];
  const words = (within, id) => all(within, id)[0]?.textContent ?? "";
  const card = (row) => ({
    title: words(row, "card-title"),
    note: words(row, "card-note"),
    facts: all(row, "card-fact").map((fact) => [...fact.children].map((part) => part.textContent)),
    lines: words(row, "card-lines").split("\n").filter(Boolean),
    quote: row.querySelector(".card-quote-text")?.textContent ?? "",
    choice: [
      ...all(row, "card-select").flatMap((select) => [...select.options].map((option) => option.text)),
      ...all(row, "card-option").map((option) => option.textContent),
    ],
    buttons: all(row, "card-button").map((button) => button.textContent),
    menu: all(row, "card-menu").length > 0,
    state: words(row, "card-state"),
  });
  return all(pane, "message").map((row) => {
    const told = { id: row.dataset.id, mine: row.classList.contains("mine"), kind: row.dataset.kind };
    if (told.kind === "text") return { ...told, text: words(row, "bubble") };
    return told.kind === "card" ? { ...told, ...card(row) } : told;
  });
}
