// The shop's own few lines. Everything works without them; they save a click here and there.
const bar = document.querySelector(".consent");
const reopen = document.querySelector("[data-consent-open]");
const CHOICES = { yes: { store: true, share: "balanced" }, device: { store: true, share: false }, no: { store: false, share: false } };

function remembered() {
  try {
    return localStorage.getItem("shop-consent");
  } catch {
    return null;
  }
}

function choose(name, save) {
  try {
    if (save) localStorage.setItem("shop-consent", name);
  } catch {
    // Without storage the question comes again on the next page.
  }
  bar.hidden = true;
  window.presently = window.presently || [];
  window.presently.push((presently) => presently.setConsent(CHOICES[name]));
}

const earlier = remembered();
if (earlier in CHOICES) choose(earlier, false);
else bar.hidden = false;
reopen.hidden = false;
reopen.addEventListener("click", () => {
  bar.hidden = false;
  bar.querySelector("button").focus();
});
for (const button of bar.querySelectorAll("[data-consent]")) button.addEventListener("click", () => choose(button.dataset.consent, true));

for (const link of document.querySelectorAll("[data-gallery]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.querySelector(".gallery-main").src = link.href;
    for (const other of document.querySelectorAll("[data-gallery]")) other.toggleAttribute("aria-current", other === link);
  });
}

for (const form of document.querySelectorAll("[data-quantity]")) {
  form.querySelector("button").hidden = true;
  form.querySelector("select").addEventListener("change", () => form.requestSubmit());
}

const filters = document.querySelector(".filters details");
if (filters && matchMedia("(max-width: 820px)").matches) filters.open = false;
