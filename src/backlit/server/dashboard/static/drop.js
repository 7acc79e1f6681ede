// Dropping a file on a form that takes one, and telling that it is on its way.

for (const form of document.querySelectorAll("form[data-drop]")) {
  const input = form.querySelector("input[type=file]");
  if (!input || input.disabled) continue;
  const place = form.querySelector(".drop-here");
  place.querySelector(".drop-word").hidden = false;
  for (const kind of ["dragover", "dragenter"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      place.classList.add("over");
    });
  }
  form.addEventListener("dragleave", () => place.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("over");
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
  form.addEventListener("submit", () => {
    form.setAttribute("aria-busy", "true");
  });
}
