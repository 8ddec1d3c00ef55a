/* The filter is a sentence: choosing another word shows the other list; without scripts a button does it. */

const form = document.querySelector("[data-sentence]");

if (form) {
  form.querySelector("[data-sentence-button]").classList.add("visually-hidden");
  form.addEventListener("change", () => {
    const chosen = [...new FormData(form)].filter(([, value]) => value !== "");
    window.location.search = new URLSearchParams(chosen).toString();
  });
}
