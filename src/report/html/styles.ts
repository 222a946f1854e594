/** The page's style sheet: light and dark, 375 to 1920 px, print. Text colours keep a contrast of at least 4.5 : 1. */
export const STYLES = `
:root { color-scheme: light dark; --bg: #f6f7f9; --panel: #fff; --text: #1c2430; --quiet: #566172; --line: #dde2e9; --soft: #eef1f5; --accent: #1f5fbf; --fill: #5b8fd9; --hot: #c8472f; --critical: #b3261e; --critical-bg: #fdeceb; --warning: #8a5200; --warning-bg: #fff3dc; --info: #1f5fbf; --good: #1b6e3c; }
@media (prefers-color-scheme: dark) { :root { --bg: #12161c; --panel: #1a2028; --text: #e4e9f0; --quiet: #9ba8b9; --line: #2d3642; --soft: #232b36; --accent: #86b4f5; --fill: #4a7cc4; --hot: #e0705a; --critical: #ff9a90; --critical-bg: #3a1d1c; --warning: #f1bd66; --warning-bg: #372a14; --info: #86b4f5; --good: #7fd19b; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--bg); color: var(--text); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
main { max-width: 72rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
h1, h2, h3, p, ul, dl, pre { margin: 0; }
code, pre { font-family: ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .86em; }
pre code { font-size: inherit; }
section { margin-top: 3rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin-bottom: .75rem; }
h3 { font-size: 1.06rem; line-height: 1.35; }
.count { color: var(--quiet); font-weight: 400; }
.quiet, .aside { color: var(--quiet); font-size: .88rem; }
.good { color: var(--good); font-weight: 600; }
.top .brand { color: var(--quiet); font-size: .88rem; }
.top .brand b { color: var(--text); }
.top h1 { font-size: clamp(1.4rem, 1rem + 1.6vw, 2rem); line-height: 1.25; letter-spacing: -.01em; margin-top: .5rem; max-width: 60rem; text-wrap: balance; }
.card { background: var(--panel); border: 1px solid var(--line); border-left: 4px solid var(--quiet); border-radius: 8px; padding: 1.1rem 1.25rem; margin-top: 1rem; }
.card.critical { border-left-color: var(--critical); }
.card.warning { border-left-color: var(--warning); }
.card header { display: grid; grid-template-columns: 1fr auto; gap: .15rem 1rem; align-items: baseline; }
.card h3 { grid-column: 1 / -1; }
.kicker { display: flex; flex-wrap: wrap; gap: .2rem .6rem; align-items: center; font-size: .88rem; }
.severity { display: inline-flex; gap: .35rem; align-items: center; font-weight: 650; }
.critical .severity { color: var(--critical); }
.warning .severity { color: var(--warning); }
.info .severity { color: var(--info); }
.icon { width: 1rem; height: 1rem; flex: none; fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
.rule { color: var(--quiet); }
.saving { font-size: .88rem; font-weight: 650; text-align: right; }
.badge { display: inline-block; border: 1px solid var(--line); background: var(--soft); color: var(--quiet); border-radius: 99px; padding: 0 .5rem; font-size: .78rem; font-weight: 400; white-space: nowrap; }
.message { margin-top: .5rem; max-width: 52rem; }
.todo { margin-top: .85rem; }
.todo .summary { font-weight: 600; margin-bottom: .35rem; }
.todo .summary::before { content: "→ "; color: var(--good); }
.todo .aside { margin-top: .3rem; }
pre.sql { background: var(--soft); border-radius: 6px; padding: .55rem .75rem; white-space: pre-wrap; max-height: 26rem; overflow: auto; margin-top: .3rem; }
pre.action { margin-top: 0; border: 1px solid var(--line); padding-right: 5rem; }
.copy { position: relative; }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
.copy-button { position: absolute; top: .35rem; right: .35rem; background: var(--panel); border: 1px solid var(--line); border-radius: 5px; padding: .1rem .6rem; font-size: .8rem; color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
summary { cursor: pointer; }
.evidence { margin-top: .85rem; font-size: .92rem; }
.evidence > summary { color: var(--quiet); }
.evidence ul { padding-left: 1.1rem; }
.evidence li { margin-top: .35rem; }
.card footer { display: flex; flex-wrap: wrap; gap: .2rem 1.5rem; margin-top: .85rem; color: var(--quiet); font-size: .85rem; }
.notes { margin-top: 1.5rem; }
.notes ul { list-style: none; padding: 0; }
.notes li { display: flex; gap: .6rem; align-items: flex-start; margin-top: .4rem; }
.notes .icon { margin-top: .25rem; }
.notes code { color: var(--quiet); overflow-wrap: normal; }
.healthy { margin-top: 1.25rem; color: var(--good); }
.healthy p { color: var(--quiet); font-size: .88rem; margin-top: .3rem; }
.bar { display: inline-block; width: 5rem; height: .6rem; flex: none; }
.track { fill: var(--soft); } .fill { fill: var(--fill); }
.share { display: inline-flex; gap: .5rem; align-items: center; }
.number { min-width: 3.6em; text-align: right; white-space: nowrap; }
table.records { width: 100%; border-collapse: collapse; background: var(--panel); border: 1px solid var(--line); margin-top: .9rem; table-layout: auto; }
.records th { text-align: right; font-size: .82rem; font-weight: 600; color: var(--quiet); padding: .55rem .7rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
.records th:first-child, .records .numbers td:first-child { text-align: left; }
.records th[aria-sort] { color: var(--text); }
.records th[aria-sort=descending]::after { content: " ↓"; } .records th[aria-sort=ascending]::after { content: " ↑"; }
.records .numbers td { text-align: right; padding: .6rem .7rem 0; white-space: nowrap; font-size: .92rem; }
.records .query td { padding: .15rem .7rem .6rem; }
.records tbody + tbody .numbers td { border-top: 1px solid var(--line); }
.query summary code { color: var(--text); }
.query summary::marker { color: var(--quiet); }
.query details[open] { padding-bottom: .5rem; }
.plan { margin-top: .75rem; }
.tree, .tree ul { list-style: none; padding-left: 0; }
.tree ul { margin-left: .55rem; padding-left: .9rem; border-left: 1px solid var(--line); }
.tree li { margin-top: .45rem; }
.tree li.costly > ul, .tree li.costliest > ul { border-left-color: var(--hot); }
.node { display: flex; gap: .75rem; align-items: baseline; }
.node .share { flex: none; font-size: .85rem; }
.what { min-width: 0; font-size: .92rem; }
.costly > .node .fill, .costliest > .node .fill { fill: var(--hot); }
.costliest > .node b { color: var(--critical); }
.facts { color: var(--quiet); margin-left: .6rem; font-size: .88em; }
.condition { display: block; color: var(--quiet); font-size: .88em; }
.condition code { color: var(--text); }
.states { display: grid; gap: .35rem; margin-top: .6rem; max-width: 30rem; }
.states div { display: grid; grid-template-columns: 11rem 1fr; align-items: center; }
.states dt { color: var(--quiet); } .states dd { display: flex; margin: 0; align-items: center; } .states .bar { width: 8rem; }
.gaps { list-style: none; padding: 0; display: grid; gap: .9rem; } .gaps .copy { margin-top: .3rem; }
.gaps ul { padding-left: 1.1rem; margin-top: .3rem; }
.read ul { padding-left: 1.1rem; margin: .3rem 0 0; } .read { color: var(--quiet); font-size: .88rem; margin-top: .15rem; }
.missed { color: var(--warning); font-weight: 600; } .missed a { color: inherit; }
.chart { margin: 0; } .chart svg { display: block; width: 100%; height: 3.2rem; } .chart figcaption { display: flex; justify-content: space-between; color: var(--quiet); font-size: .78rem; }
.spark { display: inline-block; width: 9rem; height: 1.3rem; vertical-align: middle; }
.facts-grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 1rem 2rem; margin-top: .75rem; }
.facts-grid h4, .occasion h4 { margin: 0 0 .25rem; font-size: .82rem; font-weight: 600; color: var(--quiet); }
.shares { display: grid; grid-template-columns: minmax(0, auto) 5rem auto; gap: .2rem .6rem; align-items: center; justify-content: start; font-size: .88rem; margin: 0; }
.shares dt, .shares dd { margin: 0; } .shares dt { min-width: 0; } .shares dd { display: contents; } .shares .number { min-width: 0; }
.query details > .aside:last-child { margin-top: .5rem; } .examples > details { margin-top: .5rem; }
.examples { margin-top: 1rem; font-size: .92rem; } .examples h4 { margin: 0 0 .25rem; font-size: .82rem; font-weight: 600; color: var(--quiet); } .examples ul { margin: 0; } .examples > ul { padding-left: 1.1rem; }
.occasions { list-style: none; padding: 0; } .occasion { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1.1rem; margin-top: .75rem; font-size: .92rem; }
.occasion ul { list-style: none; padding-left: 0; } .occasion li { margin-top: .6rem; } .occasion li li { margin-top: .3rem; }
.occasion .tree ul { margin-left: .55rem; padding-left: .9rem; } .occasion code { color: var(--text); }
.errors :is(th, td):is(:nth-child(2), :nth-child(3)) { text-align: left; }
ul.quiet { padding-left: 1.1rem; margin-top: .5rem; }
.end { margin-top: 3rem; color: var(--quiet); font-size: .82rem; }
@media (max-width: 900px) {
  main { padding: 1.25rem 1rem 3rem; }
  .card { padding: .9rem 1rem; }
  .card header { grid-template-columns: 1fr; } .saving { text-align: left; }
  table.records, .records tbody, .records tr, .records td { display: block; }
  .records thead { display: block; } .records thead tr { display: flex; flex-wrap: wrap; gap: .15rem .9rem; padding: .5rem .7rem; border-bottom: 1px solid var(--line); }
  .records th { border: 0; padding: .25rem 0; }
  .records tbody + tbody { border-top: 1px solid var(--line); } .records tbody + tbody .numbers td { border-top: 0; }
  .records tr.numbers { display: grid; grid-template-columns: 1fr 1fr 1fr; gap: .25rem .6rem; padding: .7rem .7rem 0; }
  .records .numbers td { padding: 0; text-align: left; font-size: .88rem; }
  .records .numbers td:first-child { grid-column: 1 / -1; }
  .records .numbers td:not(:first-child)::before { content: attr(data-title); display: block; color: var(--quiet); font-size: .74rem; line-height: 1.2; }
  .records .query td { padding-top: .45rem; }
  .errors tr.numbers { grid-template-columns: 1fr 1fr; } .errors .numbers td { white-space: normal; } .errors .numbers td:first-child { font-weight: 650; } .spark { width: 100%; }
  .tree ul { margin-left: .25rem; padding-left: .6rem; }
  .node { flex-direction: column; gap: 0; } .facts { display: block; margin-left: 0; }
  .states div { grid-template-columns: 9rem 1fr; } .states .bar { width: 5rem; }
}
@media (min-width: 1600px) { main { max-width: 84rem; } }
@media print {
  :root { color-scheme: light; --bg: #fff; --panel: #fff; --text: #000; --quiet: #444; --line: #bbb; --soft: #f2f2f2; --accent: #000; --fill: #6b8fc4; --hot: #b3402a; --critical: #9b1c15; --warning: #7a4700; --info: #1f4f9f; --good: #145a30; }
  body { font-size: 10.5pt; } main { max-width: none; padding: 0; }
  .card, .records tbody, .gaps li { break-inside: avoid; } h2 { break-after: avoid; }
  .copy-button { display: none; } pre.sql { max-height: none; overflow: visible; }
}
`;
