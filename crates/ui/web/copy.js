// `data-copy="#id"`: copies the text or value of that element. `data-save="name"` with `data-of="#id"`: saves it.
const textOf = (selector) => {
  const source = document.querySelector(selector);
  return source ? (source.value ?? source.innerText).trim() : "";
};

const select = (selector) => {
  const source = document.querySelector(selector);
  if (source?.select) return source.select();
  if (source) getSelection().selectAllChildren(source);
};

const told = (button) => {
  const before = button.dataset.label ?? button.textContent;
  button.dataset.label = before;
  button.textContent = document.body.dataset.copied ?? before;
  setTimeout(() => (button.textContent = before), 2000);
};

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    // A page served without TLS has no clipboard: the text is selected, ready for the keyboard.
    select(copy.dataset.copy);
    try {
      await navigator.clipboard.writeText(textOf(copy.dataset.copy));
      told(copy);
    } catch {
      if (document.execCommand("copy")) told(copy);
    }
  }
  const save = event.target.closest("[data-save]");
  if (save) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`${textOf(save.dataset.of)}\n`], { type: "text/plain" }));
    link.download = save.dataset.save;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
});
