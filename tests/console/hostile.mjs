// Records that somebody sent in the hope that a page takes them for more than text.
const markup = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>';
const many = Object.fromEntries(Array.from({length: 10_000}, (_, index) => [`member ${index}`, index]));

export const hostile = [
  {_id: `${markup.replaceAll('/', '')}`, [markup]: markup, list: [markup, {[markup]: markup}]},
  {_id: 'long', text: 'x'.repeat(1_000_000)},
  {_id: 'many', ...many},
  {_id: '\u202eרשומה ‮gpj.exe', 'שם': 'עברית \u202e<b>txt.exe', 'ar\u202e': 'نص'},
  {_id: '__proto', '__proto__x': {constructor: 1}, 'a.b/c~d': 'dots', constructor: 'c', toString: 't', hasOwnProperty: 'h'},
  {_id: "'; DROP TABLE records; --", quote: '"\\\u2028\u2029`${1}', javascript: 'javascript:window.hit=1'},
];
