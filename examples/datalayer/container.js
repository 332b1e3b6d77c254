// What a tag manager's container does with a tag of the kind "Custom HTML": it puts its elements into the page, some time after the page began.
// In Google Tag Manager paste the tag itself, <script async src="…" data-manifest="…" data-consent="auto"></script>, with the trigger "Consent
// Initialization" or "All Pages".
setTimeout(() => {
  const tag = document.createElement("script");
  tag.async = true;
  tag.src = "/sdk/presently.js";
  tag.dataset.manifest = "/presently/manifest.json";
  tag.dataset.consent = "auto";
  document.head.append(tag);
}, 150);
