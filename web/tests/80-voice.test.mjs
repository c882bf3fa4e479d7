// A citizen asks on an old phone without script, gets a code, and reads the answer with it; the unit
// answers; the district publishes; an officer asks the level above.
import { after, test } from 'node:test'
import assert from 'node:assert/strict'
import { look, signIn, stop, visit } from './browser.mjs'

after(stop)

// Submissions stay in the demo: each run asks its own.
const run = Date.now().toString(36)
const words = `Câu hỏi ${run}: hộ cận nghèo bao giờ được nhận tiền?`
let code

test('a citizen sends a question without script and is given a code', async () => {
  const page = await visit({ size: 'phone', script: false })
  await page.goto('/')
  await page.goto('/hoi-dap')
  await look(page, 'hoi-dap')
  await page.getByRole('link', { name: 'Gửi câu hỏi, phản ánh' }).click()
  await look(page, 'hoi-dap-gui')
  await page.getByRole('button', { name: 'Gửi', exact: true }).click()
  await look(page, 'hoi-dap-gui-loi')
  await page.getByLabel('Câu hỏi').check()
  await page.getByLabel('Về việc ở xã nào').selectOption('18196')
  await page.getByLabel('Nội dung').fill(words)
  await page.getByLabel(/^Tên để xưng hô/).fill('Bà Thắm')
  await page.getByLabel(/^Số điện thoại/).fill('0912 345 678')
  await page.getByRole('button', { name: 'Gửi', exact: true }).click()
  code = await page.locator('h1 .ma').textContent()
  assert.match(code, /^[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}$/)
  await look(page, 'hoi-dap-ma')
})

test('a code is read however it is typed, and a misheard one is told', async () => {
  const page = await visit({ size: 'phone', script: false })
  await page.goto('/hoi-dap/theo-doi')
  await look(page, 'theo-doi')
  await page.getByLabel('Mã tra cứu').fill('O0I1-ABC')
  await page.getByRole('button', { name: 'Xem' }).click()
  assert.match(await page.locator('.govuk-error-message').textContent(), /ký tự không dùng/)
  await look(page, 'theo-doi-sai')
  await page.getByLabel('Mã tra cứu').fill(code.toLowerCase().replaceAll('-', ' '))
  await page.getByRole('button', { name: 'Xem' }).click()
  assert.match(await page.locator('h1').textContent(), /đang giải quyết/)
  await look(page, 'theo-doi-cho')
})

test('the unit finds it among its duties, answers, and she reads it', async () => {
  const clerk = await visit()
  await signIn(clerk, 'x18196')
  await clerk.getByRole('link', { name: /^Mở ý kiến/ }).click()
  await look(clerk, 'y-kien')
  await clerk.getByRole('link', { name: new RegExp(run) }).click()
  assert.equal(await clerk.getByText('0912345678').count(), 0)
  await look(clerk, 'y-kien-mot')
  await clerk.getByRole('button', { name: /^Xem số điện thoại/ }).click()
  assert.equal(await clerk.getByText('0912345678').count(), 1)
  await clerk.getByLabel('Trả lời người gửi').fill('Chi ngày thứ Tư tại nhà văn hóa thôn, mang theo CMND.')
  await clerk.getByRole('button', { name: 'Gửi trả lời' }).click()
  await look(clerk, 'y-kien-da-tra-loi')
  const citizen = await visit({ size: 'phone', script: false })
  await citizen.goto('/hoi-dap/theo-doi')
  await citizen.getByLabel('Mã tra cứu').fill(code)
  await citizen.getByRole('button', { name: 'Xem' }).click()
  await citizen.getByText('nhà văn hóa thôn').waitFor()
  await look(citizen, 'theo-doi-tra-loi')
})

test('the district publishes it without personal data', async () => {
  const page = await visit()
  await signIn(page, 'h439')
  await page.goto('/y-kien?loc=da-tra-loi')
  await page.getByRole('link', { name: new RegExp(run) }).click()
  await page.getByRole('link', { name: 'Đăng thành hỏi đáp chung' }).click()
  await page.getByLabel('Câu hỏi').fill(`Bà Thắm hỏi: hộ cận nghèo nhận tiền ở đâu? (${run})`)
  await page.getByRole('button', { name: 'Đăng', exact: true }).click()
  await page.getByText('có tên “Bà Thắm”').waitFor()
  await look(page, 'y-kien-dang')
  await page.getByLabel('Câu hỏi').fill(`Hộ cận nghèo nhận tiền ở đâu? (${run})`)
  await page.getByRole('button', { name: 'Đăng', exact: true }).click()
  const citizen = await visit({ size: 'phone', script: false })
  await citizen.goto(`/hoi-dap?q=ho+can+ngheo+${run}`)
  await citizen.getByRole('heading', { name: new RegExp(run) }).waitFor()
  await look(citizen, 'hoi-dap-tim')
})

test('a unit asks the level above', async () => {
  const page = await visit()
  await signIn(page, 'x18172')
  await page.goto('/y-kien')
  await page.getByRole('link', { name: 'Hỏi cấp trên' }).click()
  await look(page, 'hoi-cap-tren')
  await page.getByLabel('Câu hỏi').fill(`Người hưởng chết sau khi duyệt thì chi cho ai? (${run})`)
  await page.getByRole('button', { name: 'Gửi câu hỏi' }).click()
  await look(page, 'hoi-cap-tren-da-gui')
  await page.goto('/tro-giup')
  await look(page, 'tro-giup')
  const province = await visit()
  await signIn(province, 'tinh42')
  await province.goto('/y-kien/thoi-han')
  await province.getByRole('button', { name: 'Ghi thời hạn' }).click()
  await look(province, 'thoi-han')
})
