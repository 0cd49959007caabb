/** Of all pages; readable at 200 % zoom, in dark rooms and without colour. Contrast is at least 7:1. */
export const STYLESHEET = `:root { color-scheme: light dark; --ink: #1b1b1f; --paper: #fff; --accent: #0b4a8f; --bad: #8f1313; --line: #6b6b76; }
@media (prefers-color-scheme: dark) { :root { --ink: #f2f2f5; --paper: #16161a; --accent: #a9cdfb; --bad: #ffb3b3; --line: #a5a5b0; } }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header, main { max-width: 40rem; margin: 0 auto; padding: 1rem; }
header { display: flex; gap: 1rem; justify-content: space-between; align-items: center; border-bottom: 1px solid var(--line); }
header form { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
header p { margin: 0; font-weight: 600; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { font-size: 1.2rem; }
a { color: var(--accent); }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
label, legend { display: block; font-weight: 600; margin-bottom: 0.25rem; }
fieldset { border: 1px solid var(--line); margin: 0 0 1rem; padding: 0.75rem 1rem; }
.field { margin: 0 0 1rem; }
.hint, .field .error { margin: 0 0 0.25rem; }
.choice { display: flex; gap: 0.5rem; align-items: baseline; }
.choice label { font-weight: 400; }
input:not([type='checkbox'], [type='radio']), select { width: 100%; padding: 0.5rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 0.25rem; }
[aria-invalid='true'] { border: 2px solid var(--bad); }
button { padding: 0.5rem 1rem; font: inherit; font-weight: 600; color: var(--paper); background: var(--accent); border: 2px solid var(--accent); border-radius: 0.25rem; cursor: pointer; }
button.plain { color: var(--accent); background: var(--paper); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.error { color: var(--bad); font-weight: 600; }
.problem { border: 2px solid var(--bad); padding: 0.75rem 1rem; }
.notice { border: 2px solid var(--accent); padding: 0.75rem 1rem; }
li { margin-bottom: 0.5rem; overflow-wrap: anywhere; }
.qr { display: block; width: 13rem; margin: 0.5rem 0; }
code, .codes { font-family: ui-monospace, monospace; font-size: 1.05rem; overflow-wrap: anywhere; }
`;
