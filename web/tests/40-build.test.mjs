// The province builds a report of its own and takes it along; a clerk prints the list people sign.
import { readFile } from 'node:fs/promises'
import { after, test } from 'node:test'
import assert from 'node:assert/strict'
import { axe, look, noSidewaysScroll, signIn, stop, visit } from './browser.mjs'

after(stop)

// The numbers of a table's last line.
const sums = page => page.locator('tfoot td').allTextContents()

async function chooses (page) {
  await page.goto('/bao-cao')
  await page.getByRole('link', { name: 'tự lập báo cáo' }).click()
  await page.getByLabel('Hàng', { exact: true }).selectOption({ label: 'Huyện' })
  await page.getByLabel('Cột', { exact: true }).selectOption({ label: 'Nhóm đối tượng' })
  await page.getByLabel('Số liệu', { exact: true }).selectOption({ label: 'Được duyệt' })
  await page.getByLabel('Đếm bằng', { exact: true }).selectOption({ label: 'đồng' })
  await page.getByRole('button', { name: 'Dựng bảng' }).click()
  await page.getByRole('heading', { name: /được duyệt \(đồng\) theo huyện và nhóm đối tượng/ }).waitFor()
}

test('the province chooses a table, sees it, shares it and downloads it', async () => {
  const page = await visit()
  await signIn(page, 'tinh42')
  await page.goto('/bao-cao/tu-lap')
  await look(page, 'tu-lap')
  await chooses(page)
  await look(page, 'tu-lap-cheo')
  const sum = (await sums(page)).at(-1)
  assert.match(sum, /^\d{1,3}(\.\d{3})+$/)
  // The same number on the plain report.
  const address = page.url()
  await page.getByRole('link', { name: 'báo cáo chung' }).click()
  assert.ok((await page.locator('main').textContent()).includes(sum), sum)
  await page.goto(address)
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Tải CSV' }).click()
  ])
  const csv = await readFile(await file.path(), 'utf8')
  assert.equal(csv.trimEnd().split(',').at(-1), sum.replaceAll('.', ''))
  const [book] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Tải Excel' }).click()
  ])
  assert.match(book.suggestedFilename(), /^tu-lap-42-.*\.xlsx$/)
  // A district opens the same address and sees its own part.
  const district = await visit()
  await signIn(district, 'h439')
  await district.goto(address)
  assert.equal(await district.locator('tbody tr').count(), 1)
  await district.context().close()
  await page.context().close()
})

test('a table is chosen without script, and a wrong day is told at its field', async () => {
  const page = await visit({ script: false })
  await signIn(page, 'tinh42')
  await chooses(page)
  await page.getByLabel('Từ ngày').fill('31/2/2020')
  await page.getByRole('button', { name: 'Dựng bảng' }).click()
  await page.getByRole('link', { name: /31\/2\/2020/ }).waitFor()
  await look(page, 'tu-lap-sai-ngay')
  assert.equal(await page.getByLabel('Cột', { exact: true }).inputValue(), 'nhom', 'what was chosen is kept')
  assert.equal(await page.locator('main table').count(), 0)
  await page.context().close()
})

test('the clerk of a commune prints the list people sign', async () => {
  const page = await visit()
  await signIn(page, 'x18145')
  await page.goto('/chi-tra')
  await page.getByRole('link', { name: 'In danh sách ký nhận' }).click()
  await page.getByRole('heading', { name: 'DANH SÁCH KÝ NHẬN TIỀN HỖ TRỢ' }).waitFor()
  for (const size of [{ width: 1366, height: 900 }, { width: 390, height: 844 }]) {
    await page.setViewportSize(size)
    await axe(page, `ky-nhan at ${size.width}`)
    await noSidewaysScroll(page, `ky-nhan at ${size.width}`)
  }
  const tables = await page.locator('table').count()
  assert.ok(tables >= 2, `${tables} sheets of paper`)
  // As many sheets come out of the printer as the page says.
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
  assert.equal(pdf.match(/\/Type\s*\/Page\b/g).length, tables)
  const [book] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'tải Excel' }).click()
  ])
  assert.match(book.suggestedFilename(), /^ky-nhan-18145-.*\.xlsx$/)
  await page.context().close()
})
