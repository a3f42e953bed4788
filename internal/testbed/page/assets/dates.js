// Slack's date formatting, in the reader's own time zone.
// https://docs.slack.dev/messaging/formatting-message-text, date formatting

const formats = new Map(); // Intl formats are slow to make

function parts(date, zone) {
  const name = zone || 'browser';
  if (!formats.has(name)) {
    formats.set(name, new Intl.DateTimeFormat('en-US', {
      timeZone: zone || undefined, weekday: 'long', year: 'numeric', month: 'long', day: 'numeric',
      hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
    }));
  }
  return Object.fromEntries(formats.get(name).formatToParts(date).map((p) => [p.type, p.value]));
}

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const two = (n) => String(n).padStart(2, '0');

function ordinal(day) {
  if (day % 100 >= 11 && day % 100 <= 13) return 'th';
  return { 1: 'st', 2: 'nd', 3: 'rd' }[day % 10] ?? 'th';
}

function ago(seconds) {
  const n = Math.abs(seconds);
  const [unit, size] = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]].find(([, s]) => n >= s) ?? ['second', 1];
  const count = Math.floor(n / size);
  const text = `${count} ${unit}${count === 1 ? '' : 's'}`;
  return seconds < 0 ? `in ${text}` : `${text} ago`;
}

// nearDay is today, yesterday or tomorrow in the zone, or empty.
function nearDay(date, now, zone) {
  const day = (d) => { const p = parts(d, zone); return `${p.year} ${p.month} ${p.day}`; };
  const at = (days) => day(new Date(now.getTime() + days * 86400e3));
  return { [at(-1)]: 'yesterday', [at(0)]: 'today', [at(1)]: 'tomorrow' }[day(date)] ?? '';
}

function piece(name, date, zone, now) {
  const p = parts(date, zone);
  const month = months.indexOf(p.month) + 1;
  switch (name) {
    case 'date_num': return `${p.year}-${two(month)}-${two(p.day)}`;
    case 'date_slash': return `${two(month)}/${two(p.day)}/${p.year}`;
    case 'date': return `${p.month} ${p.day}${ordinal(p.day)}, ${p.year}`;
    case 'date_long': case 'day_divider': return `${p.weekday}, ${p.month} ${p.day}${ordinal(p.day)}, ${p.year}`;
    case 'date_short': return `${p.month.slice(0, 3)} ${p.day}, ${p.year}`;
    case 'time': return `${p.hour}:${p.minute}`;
    case 'time_secs': return `${p.hour}:${p.minute}:${p.second}`;
    case 'ago': return ago((now - date) / 1000);
  }
  return null;
}

// formatDate writes a moment (Unix seconds) as the format says, as it is read now; the fallback if the format is not Slack's.
export function formatDate(seconds, format, fallback, zone, now = new Date()) {
  const date = new Date(seconds * 1000);
  let known = true;
  const text = format.replace(/\{([a-z_]+)\}/g, (_, name) => {
    const plain = name.replace(/_pretty$/, '');
    if (plain !== name) {
      const day = nearDay(date, now, zone);
      if (day) return day;
    }
    const written = piece(plain, date, zone, now);
    known &&= written !== null;
    return written ?? '';
  });
  return !known || text === format ? fallback ?? '' : text;
}

// clock is the time of day of a message's timestamp.
export const clock = (ts, zone) => formatDate(Math.floor(Number(ts)), '{time}', '', zone);
