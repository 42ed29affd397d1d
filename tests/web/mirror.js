// The boxes of this page's elements, in the order of the document: [name, left, width]. Elements within a line of
// text are left out, since their places depend on the words; so are pictures, which turn by themselves.
() =>
  [...document.body.querySelectorAll("*")]
    .filter((e) => {
      const style = getComputedStyle(e);
      return !e.closest("svg, .skip, .trap") && style.display !== "inline" && style.display !== "none" && e.checkVisibility();
    })
    .map((e) => {
      const box = e.getBoundingClientRect();
      return [`${e.localName}.${e.className}: ${e.textContent.trim().slice(0, 30)}`, box.left, box.width];
    })
