import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { renderHtml } from "../../src/report/html/page.ts";
import { describeIf } from "../support/require-or-skip.ts";
import { sampleAnalysis } from "../support/sample-analysis.ts";

const CHROMIUM = "/usr/bin/chromium";

describeIf(existsSync(CHROMIUM), `needs ${CHROMIUM}`)("the HTML report in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "dbperf-html-"));
  const url = pathToFileURL(join(folder, "report.html")).href;
  let browser: Browser;

  beforeAll(async () => {
    writeFileSync(join(folder, "report.html"), renderHtml(sampleAnalysis));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  });

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(
    width: number,
    javaScriptEnabled = true,
  ): Promise<{ page: Page; requests: string[]; errors: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, javaScriptEnabled });
    const requests: string[] = [];
    const errors: string[] = [];
    page.on("request", (request) => {
      if (request.url() !== url && !request.url().startsWith("data:")) requests.push(request.url());
    });
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
    });
    await page.goto(url);
    return { page, requests, errors };
  }

  const calls = (page: Page): Promise<string[]> =>
    page.locator(".statements .numbers td[data-title=Calls]").allTextContents();

  it("asks for nothing and logs no error", async () => {
    const { page, requests, errors } = await open(1280);
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
