export { type ConsentStore, consentOf, consentStore, doNotTrack, globalPrivacyControl } from "./choice.js";
