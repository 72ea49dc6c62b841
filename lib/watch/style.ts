/**
 * What a live page has beside the style of every page.
 *
 * @module
 */

/** The rules. */
export const watchStyle = `
.live{--tone:var(--link)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.line{display:inline-flex;align-items:center;flex-wrap:wrap;gap:.4rem 1.2rem}
.kicker{align-items:center}
.dot{display:inline-block;margin-right:.2em;width:.55em;height:.55em;border-radius:50%;background:var(--quiet);flex:none}
body[data-line=live] .line .dot,.verdict .dot{background:var(--link)}
body[data-line=lost] .line .dot,body[data-line=ended] .line .dot{background:var(--bad)}
.verdict .dot{width:.34em;height:.34em;margin-right:.12em}
@media (prefers-reduced-motion:no-preference){
body[data-line=live]:not([data-paused]) .dot{animation:breathe 2.4s ease-in-out infinite}
@keyframes breathe{50%{opacity:.35}}}
.verdict.live h2,.verdict.quiet h2{color:var(--ink)}
.verdict.quiet{border-top-color:var(--rule)}
button{font:inherit;color:var(--ink);background:var(--sheet);border:1px solid var(--rule);border-radius:4px;padding:.2rem .7rem;cursor:pointer}
button:hover{border-color:var(--quiet)}
button[aria-pressed=true]{background:var(--ink);color:var(--paper);border-color:var(--ink)}
button:focus-visible{outline:2px solid var(--link);outline-offset:3px}
.said{min-height:1.5em;margin:.7rem 0 0;color:var(--quiet);font:.9rem/1.5 var(--sans)}
.folder>.sub{margin:-.45rem 0 1.2rem;font-family:var(--sans)}
.warn-note{border-left:3px solid var(--warn);padding-left:.8rem}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,25rem),1fr));gap:2.2rem 2.4rem;margin-top:1.4rem}
.charts figure{margin:0;min-width:0}
.charts .plot{min-height:18rem}
.charts .plot svg{max-width:100%}
.charts figcaption{margin-top:.15rem;font-size:.95rem}
.group{margin-top:2.4rem}
.group h3{margin-top:0}
.group>.sub{margin:0 0 .8rem;font-family:var(--sans)}
.group table.cards th:first-child{width:24%}
.group table.cards td:last-child{width:16%}
.fold{margin-top:1.2rem;font-size:1rem}
.fold>summary{cursor:pointer;font:600 .92rem/1.5 var(--sans);width:fit-content}
.fold table.cards th:first-child{width:34%}
.fold .note{margin:.4rem 0 .8rem}
.fold .findings{margin-top:.6rem}
.values{margin-top:.3rem}
.values>summary{font-weight:400;font-size:.84rem;color:var(--quiet)}
.values .scroll{margin-top:.5rem}
.others{margin-top:2rem}
@media (max-width:46rem){
.charts .plot{min-height:0}
.charts .plot svg{max-width:max(100%,24rem)}}
`;
