// Moments in the words of a messenger, in the zone that the server names. A moment is milliseconds since 1970.

const WEEKDAYS = { Sun: "周日", Mon: "周一", Tue: "周二", Wed: "周三", Thu: "周四", Fri: "周五", Sat: "周六" };
const DAY = 86_400_000;

export class WallClock {
  constructor(zone) {
    this.format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      weekday: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
  }

  /** The parts of a moment; `day` counts days, so that two moments can be compared by it. */
  read(moment) {
    const said = Object.fromEntries(this.format.formatToParts(moment).map((part) => [part.type, part.value]));
    const [year, month, date] = [Number(said.year), Number(said.month), Number(said.day)];
    return {
      year,
      month,
      date,
      day: Date.UTC(year, month - 1, date) / DAY,
      weekday: WEEKDAYS[said.weekday],
      time: `${said.hour}:${said.minute}`,
      seconds: said.second,
    };
  }

  /** As a list shows it: 16:00, 昨天, 周三, 11-25, 2027-03-01. */
  short(moment, now) {
    const [then, today] = [this.read(moment), this.read(now)];
    const days = today.day - then.day;
    if (days === 0) return then.time;
    if (days === 1) return "昨天";
    if (days > 1 && days < 7) return then.weekday;
    const date = `${pad(then.month)}-${pad(then.date)}`;
    return then.year === today.year ? date : `${then.year}-${date}`;
  }

  /** As an appointment shows it, be it past or to come: 11-25 周三 16:00. */
  day(moment) {
    const { month, date, weekday, time } = this.read(moment);
    return `${pad(month)}-${pad(date)} ${weekday} ${time}`;
  }

  /** As a line between messages shows it: always with the time of day. */
  full(moment, now) {
    const then = this.read(moment);
    const [day, today] = [this.short(moment, now), this.read(now).day === then.day];
    return today ? then.time : `${day} ${then.time}`;
  }
}

function pad(number) {
  return String(number).padStart(2, "0");
}
