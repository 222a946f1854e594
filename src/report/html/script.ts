/** Adds sorting and copy buttons; the page reads the same without it. */
export const SCRIPT = `"use strict";
(() => {
  const valueOf = (body, index) => {
    const value = body.rows[0].cells[index].dataset.value;
    return value === "" ? null : Number(value);
  };
  for (const table of document.querySelectorAll("table.records")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, index) => {
      if (head.dataset.column === undefined) return;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") === "descending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const bodies = [...table.tBodies].sort((a, b) => {
          const [x, y] = [valueOf(a, index), valueOf(b, index)];
          if (x === null || y === null) return (x === null ? 1 : 0) - (y === null ? 1 : 0);
          return up ? x - y : y - x;
        });
        table.append(...bodies);
      });
    });
  }
  for (const block of document.querySelectorAll(".copy")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-button";
    button.textContent = "Copy";
    block.append(button);
    button.addEventListener("click", async () => {
      const code = block.querySelector("code");
      try {
        await navigator.clipboard.writeText(code.textContent);
      } catch {
        const range = document.createRange();
        range.selectNodeContents(code);
        const selection = getSelection();
        selection.removeAllRanges();
        selection.addRange(range);
        document.execCommand("copy");
      }
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
  }
})();
`;
