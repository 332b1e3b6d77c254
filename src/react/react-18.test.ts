// @vitest-environment happy-dom
import { createRequire } from "node:module";
import { vi } from "vitest";
import { reactSuite } from "../../testing/react-suite.js";

const made = vi.hoisted(() => ({ createPresently: vi.fn() }));
vi.mock("../index.js", () => made);
vi.mock("react", () => older("react"));

function older(name: string) {
  return createRequire(`${import.meta.dirname}/../../testing/react-18/package.json`)(name);
}

reactSuite("18", { react: older("react"), client: older("react-dom/client"), server: older("react-dom/server") }, made.createPresently);
