// The emoji codes that messages use most; others stay as they are written.
const glyphs = {
  white_check_mark: '✅', heavy_check_mark: '✔️', x: '❌', warning: '⚠️', lock: '🔒', unlock: '🔓', key: '🔑', hourglass: '⌛',
  hourglass_flowing_sand: '⏳', bell: '🔔', rotating_light: '🚨', no_entry: '⛔', no_entry_sign: '🚫',
  information_source: 'ℹ️', eyes: '👀', tada: '🎉', smile: '😄', '+1': '👍', thumbsup: '👍', phone: '☎️', clock1: '🕐',
  large_green_circle: '🟢', red_circle: '🔴', large_yellow_circle: '🟡', shield: '🛡️', mag: '🔍', inbox_tray: '📥',
};

export const glyph = (name) => glyphs[name];

// emojify replaces :codes: in plain text.
export const emojify = (text) => text.replace(/:([a-z0-9_+-]+):/g, (code, name) => glyphs[name] ?? code);
