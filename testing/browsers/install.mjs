import { existsSync, readdirSync } from "node:fs";
import { ensureChromium } from "../../scripts/chromium.mjs";
import { run } from "../../scripts/process.mjs";

const there = (...paths) => paths.find((path) => existsSync(path)) ?? null;

/** Debian has one folder per architecture: /usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser. */
function miniBrowser() {
  if (!existsSync("/usr/lib")) return null;
  const folders = readdirSync("/usr/lib").filter((name) => name.endsWith("-linux-gnu"));
  return there(...folders.flatMap((name) => ["webkitgtk-6.0", "webkit2gtk-4.1", "webkit2gtk-4.0"].map((api) => `/usr/lib/${name}/${api}/MiniBrowser`)));
}

/** Where each browser is, or null; and Debian's packages with it. */
const BROWSERS = {
  firefox: { packages: ["firefox-esr"], find: () => there(process.env.FIREFOX_PATH ?? "", "/usr/bin/firefox-esr", "/usr/bin/firefox") },
  webkit: {
    packages: ["webkit2gtk-driver", "xvfb"],
    find() {
      const [driver, browser, display] = [there("/usr/bin/WebKitWebDriver"), miniBrowser(), there("/usr/bin/Xvfb")];
      return driver && browser && (display || process.env.DISPLAY) ? { driver, browser, display } : null;
    },
  },
};

/**
 * Finds the browsers, and installs Debian's packages for those that are missing, where this may.
 * @returns what drivers.mjs needs of each: paths, or `{ missing: why }`
 */
export async function findBrowsers() {
  const missing = Object.values(BROWSERS).filter(({ find }) => !find());
  const apt = process.platform === "linux" && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (missing.length && apt) {
    const packages = missing.flatMap((browser) => browser.packages);
    const options = { env: { DEBIAN_FRONTEND: "noninteractive" }, quiet: true };
    console.log(`Installing ${packages.join(", ")} …`);
    await run("apt-get", ["update", "-qq"], options);
    await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], options);
  }
  const found = { chromium: await ensureChromium().catch((error) => ({ missing: error.message })) };
  for (const [name, { find, packages }] of Object.entries(BROWSERS)) {
    const why = apt ? "apt-get could not install them" : "this may not install packages";
    found[name] = find() ?? { missing: `it needs ${packages.join(" and ")}, and ${why}` };
  }
  return found;
}
