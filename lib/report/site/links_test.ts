import { assertEquals } from "@std/assert";
import { references } from "./links.ts";

Deno.test("`references()` finds addresses in attributes and styles, not in scripts", () => {
  const page =
    `<a class="x" href="a.html">href="no"</a><img src="https://e.org/b.png"><script src="c.js">"href='d'"; url(e)</script>
<style>@import "f.css"; p { background: url('g.png') }</style><svg><use xlink:href="#h"/></svg>`;
  assertEquals(references(page), ["a.html", "https://e.org/b.png", "c.js", "#h", "f.css", "g.png"]);
});
