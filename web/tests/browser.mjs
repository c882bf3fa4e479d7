// Driving the pages as their users do: headless Chromium at a phone's and a desk's width, with and
// without script, judged by axe.
import { mkdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import assert from 'node:assert/strict'
import { chromium } from 'playwright-core'

const here = new URL('.', import.meta.url)
export const base = process.env.ANSINH_URL ?? 'http://127.0.0.1:8080'
export const engine = process.env.ANSINH_ENGINE ?? 'sqlite'
export const sizes = { phone: { width: 390, height: 844 }, desk: { width: 1366, height: 900 } }

const axeSource = await readFile(new URL('../node_modules/axe-core/axe.min.js', here), 'utf8')
const results = new URL('../test-results/', here)

let browser
export async function start () {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync']
  })
  await mkdir(results, { recursive: true })
  return browser
}

export async function stop () { await browser?.close(); browser = undefined }

// A fresh browser session. size: 'phone' | 'desk'; script: false = the page must work without it.
export async function visit ({ size = 'desk', script = true } = {}) {
  const context = await (await start()).newContext({
    viewport: sizes[size], javaScriptEnabled: script, locale: 'vi-VN', baseURL: base, acceptDownloads: true
  })
  const page = await context.newPage()
  page.scriptless = !script
  page.setDefaultTimeout(20000)
  page.on('pageerror', error => { throw error })
  return page
}

let accounts
// Signs in by name: x18196, h439, tinh42 …
export async function signIn (page, username) {
  accounts ??= JSON.parse(await readFile(process.env.ANSINH_ACCOUNTS, 'utf8'))
  await page.goto('/dang-nhap')
  await page.getByLabel('Tên tài khoản').fill(username)
  await page.getByLabel('Mật khẩu', { exact: true }).fill(accounts.password)
  await page.getByRole('button', { name: 'Đăng nhập' }).click()
  await page.waitForURL('**/viec')
}

// axe on the page as it stands: no violation of WCAG 2.2 A and AA. A page without script is judged
// as its markup and stylesheet stand, in a second page that may run axe but not the page's script.
export async function axe (page, name) {
  let judge = page
  if (page.scriptless) {
    judge = await (await start()).newPage({ viewport: page.viewportSize() })
    const markup = (await page.content()).replace(/<script.*?<\/script>/gs, '')
    await judge.setContent(markup.replace('<head>', `<head><base href="${base}/">`), { waitUntil: 'load' })
  }
  const session = await judge.context().newCDPSession(judge)
  // At the foot of the page the bar that sticks to the window lies where it belongs, over nothing.
  const expression = `scrollTo(0,document.body.scrollHeight);${axeSource};axe.run(document,{runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']}).then(r=>JSON.stringify(r.violations.map(v=>({id:v.id,help:v.help,nodes:v.nodes.slice(0,4).map(n=>n.target.join(' ')+': '+n.failureSummary)}))))`
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
  await session.detach()
  if (judge !== page) await judge.close()
  assert.equal(exceptionDetails, undefined, `axe on ${name}: ${JSON.stringify(exceptionDetails)}`)
  assert.deepEqual(JSON.parse(result.value), [], `axe violations on ${name} (${page.url()})`)
}

export async function noSidewaysScroll (page, name) {
  const session = await page.context().newCDPSession(page)
  const { cssContentSize, cssLayoutViewport } = await session.send('Page.getLayoutMetrics')
  await session.detach()
  assert.ok(cssContentSize.width <= cssLayoutViewport.clientWidth + 1, `${name} scrolls sideways: ${cssContentSize.width} > ${cssLayoutViewport.clientWidth}`)
}

// One page looked at: at both widths a picture, axe and no sideways scroll.
export async function look (page, name, { sizesToSee = ['desk', 'phone'] } = {}) {
  for (const size of sizesToSee) {
    await page.setViewportSize(sizes[size])
    await page.screenshot({ path: new URL(`${engine}-${name}-${sizes[size].width}.png`, results).pathname, fullPage: true })
    await axe(page, `${name} at ${size}`)
    await noSidewaysScroll(page, `${name} at ${size}`)
  }
  await page.setViewportSize(sizes.desk)
}

// The data folder with sample workbooks, or null, said aloud.
export async function sample (path) {
  const root = process.env.ANSINH_SHARED ?? new URL('../../../shared', here).pathname
  const file = join(root, path)
  try { await readFile(file); return file } catch {
    console.log(`NOT TESTED: ${file} is absent; set ANSINH_SHARED`)
    return null
  }
}

export const scratch = name => join(tmpdir(), `ansinh-${process.pid}-${name}`)
