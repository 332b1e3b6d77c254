// @vitest-environment happy-dom
import * as react from "react";
import * as client from "react-dom/client";
import * as server from "react-dom/server";
import { vi } from "vitest";
import { reactSuite } from "../../testing/react-suite.js";

const made = vi.hoisted(() => ({ createPresently: vi.fn() }));
vi.mock("../index.js", () => made);

reactSuite("19", { react, client, server }, made.createPresently);
