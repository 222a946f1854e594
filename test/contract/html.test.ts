import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { renderHtml } from "../../src/report/html/page.ts";
import { describeIf } from "../support/require-or-skip.ts";
import { sampleAnalysis } from "../support/sample-analysis.ts";
import { sampleLogAnalysis } from "../support/sample-log-analysis.ts";

const CHROMIUM = "/usr/bin/chromium";

describeIf(existsSync(CHROMIUM), `needs ${CHROMIUM}`)("the HTML report in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "dbperf-html-"));
  const url = pathToFileURL(join(folder, "report.html")).href;
  const logUrl = pathToFileURL(join(folder, "log.html")).href;
  let browser: Browser;

  beforeAll(async () => {
    writeFileSync(join(folder, "report.html"), renderHtml(sampleAnalysis));
    writeFileSync(join(folder, "log.html"), renderHtml(sampleLogAnalysis));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  });

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(
    width: number,
    javaScriptEnabled = true,
    address = url,
  ): Promise<{ page: Page; requests: string[]; errors: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, javaScriptEnabled });
    const requests: string[] = [];
    const errors: string[] = [];
    page.on("request", (request) => {
      if (request.url() !== address && !request.url().startsWith("data:")) requests.push(request.url());
    });
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
    });
    await page.goto(address);
    return { page, requests, errors };
  }

  const calls = (page: Page): Promise<string[]> =>
    page.locator(".statements .numbers td[data-title=Calls]").allTextContents();

  it.each([url, logUrl])("asks for nothing and logs no error: %s", async (address) => {
    const { page, requests, errors } = await open(1280, true, address);
    await page.waitForLoadState("networkidle");
    expect({ requests, errors }).toEqual({ requests: [], errors: [] });
    await page.close();
  });

  it("sorts statements both ways", async () => {
    const { page } = await open(1280);
    const before = await calls(page);
    const numeric = (text: string): number => Number(text.replaceAll(",", ""));
    const falling = [...before].sort((a, b) => numeric(b) - numeric(a));
    expect(before).not.toEqual(falling);
    await page.getByRole("button", { name: "Calls" }).click();
    expect(await calls(page)).toEqual(falling);
    await page.getByRole("button", { name: "Calls" }).click();
    expect(await calls(page)).toEqual([...falling].reverse());
    await page.close();
  });

  it("copies the action as it stands", async () => {
    const { page } = await open(1280);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.locator(".copy-button").first().click();
    await page.getByText("Copied").waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(sampleAnalysis.recommendations[0]?.ddl);
    await page.close();
  });

  it.each([375, 768, 1280, 1920])("does not overflow at %i px, all rows open", async (width) => {
    const { page } = await open(width);
    await page.evaluate("document.querySelectorAll('details').forEach((element) => { element.open = true; })");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    await page.close();
  });

  it.each([375, 768, 905, 1280, 1920])("does not overflow at %i px with what a log knows", async (width) => {
    const { page } = await open(width, true, logUrl);
    await page.evaluate("document.querySelectorAll('details').forEach((element) => { element.open = true; })");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    await page.close();
  });

  it("sorts by a percentile, and errors by when they were last seen", async () => {
    const { page } = await open(1280, true, logUrl);
    const p95 = page.locator(".statements .numbers td[data-title=p95]");
    await page.getByRole("button", { name: "p95" }).click();
    expect(await p95.allTextContents()).toEqual(["7.2 s", "912 ms", "904 ms", "4.4 ms", "2.4 ms", "0.41 ms"]);
    await page.locator(".errors").getByRole("button", { name: "Last" }).click();
    const codes = page.locator(".errors .numbers td[data-title=Code]");
    expect(await codes.allTextContents()).toEqual(["23505", "53300", "–"]);
    expect(await p95.first().textContent()).toBe("7.2 s");
    await page.close();
  });

  it("shows what a log knows of a statement without its script", async () => {
    const { page, errors } = await open(1280, false, logUrl);
    const row = page.locator(".statements .query details").first();
    expect(await row.locator(".chart").isVisible()).toBe(false);
    await row.locator("summary").first().click();
    expect(await row.locator(".chart").isVisible()).toBe(true);
    expect(await row.getByText("GET /orders", { exact: true }).isVisible()).toBe(true);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("reads without its script", async () => {
    const { page, errors } = await open(1280, false);
    const row = page.locator(".statements .query details").first();
    await row.locator("summary").click();
    expect(await row.locator(".tree").isVisible()).toBe(true);
    expect(await page.getByRole("button").count()).toBe(0);
    expect(errors).toEqual([]);
    await page.close();
  });
});
