/* What a training needs follows from what is to learn: the page is asked again as soon as that is chosen. */

const form = document.querySelector("[data-choose]");
form.querySelector("[data-look]").hidden = true;
form.addEventListener("change", () => form.requestSubmit());
