/**
 * The style sheet of pages: a quiet sheet of paper, light or dark as the reader's system is, fit for
 * a narrow window and for print. No font is loaded; serif for prose, sans-serif for tables.
 *
 * @module
 */

import { shades, type Tone, tones } from "./theme.ts";

/** The colours of a page. Each that carries text has a contrast of at least 4.5 to the paper. */
export const colours = {
  "paper": tones.paper,
  "sheet": { light: "#f6f3ee", dark: "#1e2024" },
  "ink": { light: "#1d1c1a", dark: "#e8e5df" },
  "quiet": { light: "#5f5c56", dark: "#a9a59d" },
  "rule": { light: "#d8d3c9", dark: "#3a3c42" },
  "link": { light: "#1a5687", dark: "#8cbcea" },
  "good": { light: "#1a6a3a", dark: "#74cf98" },
  "bad": { light: "#a8261c", dark: "#ff8f80" },
  "warn": { light: "#7d5200", dark: "#e3b453" },
  "refuted": { light: "#653a99", dark: "#c5aaf8" },
} as const satisfies Record<string, Tone>;

function variables(side: keyof Tone): string {
  return Object.entries(colours).map(([name, tone]) => `--${name}:${tone[side]}`).join(";");
}

/** Figures carry light colours in their attributes; in the dark each is replaced by its twin. */
function darkFigures(): string {
  return [...Object.values(tones), ...shades].flatMap(({ light, dark }) =>
    ["fill", "stroke"].map((paint) => `.plot [${paint}="${light}"]{${paint}:${dark}}`)
  ).join("\n");
}

/** The style sheet. */
export const style = `
:root{color-scheme:light dark;${variables("light")};
--serif:Charter,"Bitstream Charter","Iowan Old Style","Source Serif 4",Cambria,Georgia,"Liberation Serif",serif;
--sans:-apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif;
--mono:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media screen and (prefers-color-scheme:dark){:root{${variables("dark")}}
${darkFigures()}
}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.55 var(--serif);
font-variant-numeric:lining-nums;overflow-wrap:break-word}
a{color:var(--link);text-underline-offset:.16em;text-decoration-thickness:from-font}
a:focus-visible,[tabindex]:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:3px;border-radius:2px}
code,pre{font-family:var(--mono);font-size:.86em}
.page{max-width:66rem;margin:0 auto;padding:0 1.5rem 4rem}
.skip{position:absolute;left:-100vw}
.skip:focus{left:1.5rem;top:.5rem;background:var(--paper);padding:.3rem .6rem;z-index:2}
header{padding-top:2.2rem}
.kicker{display:flex;flex-wrap:wrap;gap:.2rem 1.6rem;justify-content:space-between;margin:0 0 2.6rem;
font:.84rem/1.4 var(--sans);color:var(--quiet)}
.kicker b{color:var(--ink);font-weight:600}
h1{font-size:clamp(1.7rem,1.1rem + 2.4vw,2.65rem);line-height:1.16;font-weight:600;letter-spacing:-.012em;
margin:0;max-width:24em;text-wrap:balance}
.source{margin:.9rem 0 0;color:var(--quiet);font-style:italic;max-width:44em}
.lead{margin:1.6rem 0 0;max-width:40em;font-size:1.12rem}
nav.site{margin:0 0 2.6rem;font:.92rem/1.5 var(--sans)}
nav.site ul{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1.4rem;margin:0;padding:0}
nav.site li:last-child{margin-left:auto}nav.site+.kicker{margin-top:-1.6rem}
nav.site a{text-decoration:none;color:var(--ink)}nav.site a:hover{text-decoration:underline}
nav.site a[aria-current]{font-weight:600;border-bottom:2px solid var(--ink)}
kbd{font:.82em/1 var(--mono);border:1px solid var(--rule);border-radius:3px;padding:.08em .38em;color:var(--quiet)}
h2{font-size:1.42rem;line-height:1.25;font-weight:600;margin:0 0 .7rem}
h3{font-size:1.08rem;font-weight:600;margin:2.4rem 0 .2rem}
section{margin-top:3.6rem}
p{margin:.5rem 0}
.note{color:var(--quiet);max-width:44em;margin:0 0 1.1rem;font-size:1rem}
.verdict{margin-top:2.2rem;border-top:4px solid var(--tone);border-bottom:1px solid var(--rule);padding:1.3rem 0 1.2rem;
display:grid;grid-template-columns:auto 1fr;gap:.4rem 2.2rem;align-items:center}
.verdict h2{display:flex;align-items:center;gap:.32em;margin:0;font-size:3.1rem;line-height:1;letter-spacing:-.02em;color:var(--tone)}
.verdict h2 .icon{width:.86em;height:.86em;stroke-width:2.1}
.verdict p{margin:0;font-size:1.12rem;max-width:40em}
.reasons{margin:.6rem 0 0;padding-left:1.1em;font-size:1rem}
.facts{grid-column:1/-1;display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,auto));gap:.7rem 2rem;margin:1.1rem 0 0;
font:.92rem/1.4 var(--sans)}
.facts dt,.config dt{color:var(--quiet);font-size:.82rem}
dd{margin:0}
.facts dd{font-weight:600}
.good{--tone:var(--good)}.bad{--tone:var(--bad)}.warn{--tone:var(--warn)}.refuted{--tone:var(--refuted)}.quiet{--tone:var(--quiet)}
.icon{width:1em;height:1em;flex:none;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.badge{display:inline-flex;align-items:center;gap:.34em;color:var(--tone);font-weight:600;white-space:nowrap}
nav.contents{margin-top:1.5rem;font:.9rem/1.5 var(--sans)}
nav.contents ul{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1.3rem;margin:0;padding:0}
nav.contents a{text-decoration:none}nav.contents a:hover{text-decoration:underline}
table{border-collapse:collapse;width:100%;font:.9rem/1.45 var(--sans);font-variant-numeric:tabular-nums lining-nums}
caption{text-align:left;font-weight:600;padding:0 0 .45rem;font-size:.95rem}
th{text-align:left;font-weight:400}
thead th{color:var(--quiet);font-size:.82rem;vertical-align:bottom;padding:.4rem 1rem .4rem 0;border-top:2px solid var(--ink);border-bottom:1px solid var(--ink)}
tbody td,tbody th{vertical-align:top;padding:.55rem 1rem .55rem 0}
table.cards tbody tr{border-bottom:1px solid var(--rule)}
table.cards tbody tr:last-child,table.grid tbody:last-child{border-bottom:2px solid var(--ink)}
table.cards td:last-child,table.grid td:last-child,thead th:last-child{padding-right:0}
table.cards th:first-child{width:34%}
table.cards td:last-child{width:22%}
table.cards td:nth-child(3):last-child{width:33%}
.num{white-space:nowrap}
.sub{display:block;color:var(--quiet);font-size:.84rem;margin-top:.1rem}
.metric{display:inline;font-size:.84em}
q{font-family:var(--serif);font-size:1.02rem;quotes:"“" "”"}
q+.sub+.metric{display:block;margin-top:.15rem;color:var(--quiet)}
.none{color:var(--quiet);cursor:help}
.changed{display:block;color:var(--bad);font-size:.84rem}
.scroll{overflow-x:auto;margin-top:1.6rem}
table.metrics td,table.metrics thead th:nth-child(n+3),table.flat td,table.flat thead th:nth-child(n+2){text-align:right}
table.metrics .sub{font-weight:400}
table.flat{width:auto;min-width:50%}
table.grid tbody td,table.grid tbody th{padding-top:.2rem;padding-bottom:.2rem;white-space:nowrap}
table.grid tbody{border-bottom:1px solid var(--rule)}
table.grid tbody tr:first-child>*{padding-top:.5rem}table.grid tbody tr:last-child>*{padding-bottom:.5rem}
table.grid th[scope=rowgroup]{padding-top:.5rem;font-weight:600}
tr.baseline,tr.ceiling{color:var(--quiet)}
tr.model th[scope=row]{font-weight:600}
tr.ceiling>*{font-style:italic}
figure{margin:2.4rem 0 0}
button{font:600 .92rem/1.4 var(--sans);color:var(--ink);background:var(--sheet);border:1px solid var(--rule);border-radius:4px;
padding:.42rem .9rem;cursor:pointer}
button:hover{border-color:var(--quiet)}button[disabled]{color:var(--quiet);cursor:default}
input,select{font:1rem/1.4 var(--sans);color:var(--ink);background:var(--paper);border:1px solid var(--quiet);border-radius:4px;padding:.38rem .6rem;max-width:100%;height:2.5rem}
button:focus-visible,input:focus-visible,select:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.recheck{margin-top:1.4rem}
#recheck-found{font:.92rem/1.5 var(--sans)}
#recheck-found .outcome{font-size:1.1rem;white-space:normal}
#recheck-found details{margin-top:.8rem}#recheck-found summary{cursor:pointer;color:var(--quiet)}
#recheck-found .scroll{margin-top:.8rem;max-height:32rem;overflow:auto}
table.checks tbody tr>*{white-space:normal!important;overflow-wrap:anywhere;min-width:5rem;padding-top:.3rem;padding-bottom:.3rem}
table.checks td:last-child{min-width:6.6rem}
table.checks .kind{color:var(--quiet)}table.checks tbody th{min-width:12rem}
table.checks tr.differs td:last-child{color:var(--bad);font-weight:600}
.search label{display:block;font:600 .92rem/1.5 var(--sans);margin-bottom:.3rem}
.search input{width:100%;height:auto;font-size:1.1rem;padding:.55rem .8rem}.search>.sub{font-family:var(--sans)}
.search{margin-top:2.2rem}.search+section{margin-top:2.6rem}
#search-count{font:.9rem/1.5 var(--sans);color:var(--quiet);min-height:1.35em;margin:.5rem 0 0}
#search-found{list-style:none;margin:.6rem 0 0;padding:0;max-width:52em}
#search-found li{border-top:1px solid var(--rule);padding:.55rem 0;display:grid;grid-template-columns:7rem 1fr;gap:0 1rem}
#search-found .kind{font:.84rem/1.9 var(--sans);color:var(--quiet)}#search-found .sub{grid-column:2;font-family:var(--sans)}
.filters{display:flex;flex-wrap:wrap;gap:.8rem 1.4rem;align-items:end;margin:0 0 1.2rem;font:.9rem/1.5 var(--sans)}
.filters[hidden]{display:none}
.filters div{min-width:0}.filters label{display:block;color:var(--quiet);font-size:.84rem}
.filters p{margin:0 0 .4rem;color:var(--quiet)}
tr[hidden]{display:none!important}
ul.plain{margin:0;padding-left:1.1em}
.about{max-width:44em}.index>.sub{font-family:var(--sans)}.index>table{margin-top:1.2rem}
.plot{overflow-x:auto;padding:.2rem 0}
.plot svg{display:block;max-width:100%;height:auto}
.plot svg text{font-family:var(--sans)}
.plot .vega-embed{display:block;padding-right:0}
.plot .vega-embed summary{opacity:.5;background:var(--sheet);border-color:var(--rule);color:var(--ink);box-shadow:none}
.plot .vega-embed summary:focus-visible{opacity:1}
.plot .vega-embed .vega-actions{background:var(--paper);border-color:var(--rule);box-shadow:none;font:.86rem/1.4 var(--sans)}
.plot .vega-embed .vega-actions::before,.plot .vega-embed .vega-actions::after{display:none}
.plot .vega-embed .vega-actions a{color:var(--ink)}.plot .vega-embed .vega-actions a:hover{background:var(--sheet)}
.plot .vega-embed details:not([open])>:not(summary){display:none!important}
figcaption{margin-top:.5rem;font-size:.98rem;line-height:1.45;max-width:46em;color:var(--quiet)}
figcaption b,figcaption strong{color:var(--ink);font-weight:600}
#vg-tooltip-element.vg-tooltip{background:var(--sheet);color:var(--ink);border:1px solid var(--rule);border-radius:3px;
box-shadow:none;font:.8rem/1.4 var(--sans);padding:.35rem .55rem}
#vg-tooltip-element.vg-tooltip td.key{color:var(--quiet)}
.findings{list-style:none;margin:0;padding:0;max-width:48em}
.findings li{border-top:1px solid var(--rule);padding:.6rem 0}
.findings p{margin:0}
.severity{font:600 .82rem/1.4 var(--sans);color:var(--quiet)}
.severity.warning{color:var(--warn)}.severity.error{color:var(--bad)}
span.quiet{color:var(--quiet);font-size:.92em}
.config{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:.8rem 2rem;margin:0;font:.9rem/1.45 var(--sans)}
.config dd{overflow-wrap:anywhere}
.config.wide{display:block;margin-top:1.4rem}
.config.wide div{display:grid;grid-template-columns:8rem 1fr;gap:0 1rem;padding:.22rem 0}
.config.wide dt{font-size:.9rem}
pre{background:var(--sheet);border:1px solid var(--rule);border-radius:3px;padding:.7rem .9rem;overflow-x:auto;line-height:1.6}
pre code{font-size:.86rem}
footer{margin-top:4rem;border-top:1px solid var(--rule);padding-top:1rem;color:var(--quiet);font:.84rem/1.5 var(--sans)}
.index tbody td,.index tbody th{padding-top:.8rem;padding-bottom:.8rem}
.index table.cards td:last-child{width:auto}.index th[scope=col]{white-space:nowrap}
.index .title{font:600 1.1rem/1.3 var(--serif)}
@media (max-width:46rem){
.page{padding:0 1.1rem 3rem}
header{padding-top:1.3rem}.kicker{margin-bottom:1.7rem}
section{margin-top:2.8rem}
.verdict{grid-template-columns:1fr;gap:.8rem}.verdict h2{font-size:2.6rem}
.facts{grid-template-columns:1fr 1fr}
table.cards,table.cards tbody,table.cards tr,table.cards th,table.cards td{display:block;width:auto!important}
table.cards thead{position:absolute;left:-100vw}
table.cards tbody{border-top:2px solid var(--ink)}
table.cards tbody tr{padding:.8rem 0}
table.cards tbody th{padding:0 0 .35rem}
table.cards tbody td{display:grid;grid-template-columns:7rem 1fr;gap:0 .8rem;padding:.12rem 0}
table.cards tbody td::before{content:attr(data-label);color:var(--quiet);font-size:.84rem;line-height:1.55}
.plot svg{max-width:max(100%,33rem)}.plot .vega-embed details{display:none}
.config.wide div{grid-template-columns:1fr}
#search-found li{grid-template-columns:1fr}#search-found .sub{grid-column:1}
nav.site li:last-child{margin-left:0}.filters div,.filters select,.filters input{width:100%}
}
@media print{
body{font-size:10pt}.page{max-width:none;padding:0}
nav,.skip,.vega-embed details,.search,.filters,.recheck{display:none!important}
section{margin-top:1.6rem}figure,tr,.verdict,.findings li{break-inside:avoid}h2,h3,caption,thead{break-after:avoid}
.scroll,.plot{overflow:visible}a{color:inherit}
}
`;
