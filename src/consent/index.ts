export { type ConsentStore, consentStore, globalPrivacyControl } from "./choice.js";
