// The shop's own lines: the data layer hears of the basket as the page is left, and of the shopper's choice.
const { item } = document.currentScript.dataset;
const form = document.querySelector("form[action='/basket']");
if (form) form.addEventListener("submit", () => dataLayer.push({ event: "add_to_cart", ...JSON.parse(item) }));

const remember = document.querySelector("#remember");
const choose = () => {
  localStorage.setItem("choice", remember.checked ? "granted" : "denied");
  gtag("consent", "update", { personalization_storage: localStorage.getItem("choice") });
};
remember.addEventListener("change", choose);
if (localStorage.getItem("choice")) {
  remember.checked = localStorage.getItem("choice") === "granted";
  choose();
}
