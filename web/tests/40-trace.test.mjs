// Who did what: the journal, a person's access list, the head on the daily report; codes at the province.
import { after, test } from 'node:test'
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { base, look, signIn, stop, visit } from './browser.mjs'

after(stop)

const run = Date.now().toString(36)

test('the province reads the journal, by kind and by number, and takes it away as a file', async () => {
  const page = await visit({ script: false })
  await signIn(page, 'tinh42')
  await page.goto('/chi-tra')
  await page.goto('/viec')
  await page.getByRole('navigation').getByRole('link', { name: 'Nhật ký' }).first().click()
  await page.getByRole('heading', { level: 1, name: /Nhật ký/ }).waitFor()
  await look(page, 'nhat-ky')
  await page.getByLabel('Việc', { exact: true }).selectOption('dang-nhap')
  await page.getByRole('button', { name: 'Lọc' }).click()
  assert.match(page.url(), /viec=dang-nhap/)
  assert.ok(await page.locator('tbody tr').count() > 0)
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Tải CSV' }).click()
  ])
  assert.match(file.suggestedFilename(), /^nhat-ky-42-.*csv$/)
  await page.getByLabel('Từ ngày').fill('31/6/2020')
  await page.getByRole('button', { name: 'Lọc' }).click()
  await page.getByRole('alert').waitFor()
  await look(page, 'nhat-ky-sai')
})

test('a district looks at who saw a person, from the row and from the ledger', async () => {
  const page = await visit()
  await signIn(page, 'h439')
  await page.goto('/bao-cao/doi-tuong')
  await look(page, 'doi-tuong')
  await page.locator('tbody a').first().click()
  await look(page, 'so-chi-mot-nguoi')
  await page.getByRole('link', { name: 'Ai đã xem và sửa thông tin của người này' }).click()
  await page.getByRole('heading', { level: 1, name: /Ai đã xem/ }).waitFor()
  assert.ok(await page.locator('tbody tr').count() > 0, 'her own look just now')
  await look(page, 'ai-da-xem')
  await page.goto('/nhat-ky')
  await look(page, 'nhat-ky-huyen')
})

test('the daily report of three levels, with the head of the journal on it', async () => {
  for (const name of ['x18172', 'h439', 'tinh42']) {
    const page = await visit({ script: name !== 'h439' })
    await signIn(page, name)
    await page.goto('/bao-cao/hang-ngay')
    await page.getByText(/Mốc nhật ký/).waitFor()
    assert.match(await page.locator('main .ma').last().textContent(), /^\d+:( [0-9a-f]{8}){8}$/)
    await look(page, `bao-cao-ngay-${name}`)
  }
})

function secretBytes (base32) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  let bits = ''
  for (const letter of base32) bits += letters.indexOf(letter).toString(2).padStart(5, '0')
  return Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)))
}

// The demo's clock is told to the minute; its middle is never more than one step away.
async function code (page, secret) {
  const line = await page.locator('body').textContent()
  const [, hour, minute, day, month, year] = line.match(/(\d+) giờ (\d+), [^\d]*(\d+)\/(\d+)\/(\d+)/)
  const at = Date.UTC(+year, month - 1, +day, hour - 7, +minute, 30) / 1000
  const step = Buffer.alloc(8)
  step.writeBigInt64BE(BigInt(Math.floor(at / 30)))
  const mac = createHmac('sha1', secretBytes(secret)).update(step).digest()
  const four = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff
  return String(four % 1000000).padStart(6, '0')
}

test('a province officer sets codes up, and a page that has nothing to go on with', async () => {
  const unit = await visit()
  await signIn(unit, 'tinh42')
  await unit.goto('/tai-khoan/can-bo')
  await unit.getByLabel('Họ và tên').fill('Lê Thị Mã')
  await unit.getByLabel('Tên tài khoản').fill(`ma.${run}`)
  await unit.getByRole('button', { name: 'Thêm cán bộ' }).click()
  const oneTime = await unit.locator('dd.ma').nth(1).textContent()
  const own = 'con trâu đi trước'
  const page = await visit()
  await page.goto('/dang-nhap')
  await page.getByLabel('Tên tài khoản').fill(`ma.${run}`)
  await page.getByLabel('Mật khẩu', { exact: true }).fill(oneTime)
  await page.getByRole('button', { name: 'Đăng nhập' }).click()
  await page.getByLabel('Mật khẩu đang dùng').fill(oneTime)
  await page.getByLabel('Mật khẩu mới', { exact: true }).fill(own)
  await page.getByLabel('Nhập lại mật khẩu mới').fill(own)
  await page.getByRole('button', { name: 'Đổi mật khẩu' }).click()
  await page.waitForURL('**/viec')
  await page.goto('/tai-khoan/ma-xac-thuc')
  await look(page, 'ma-xac-thuc')
  await page.getByLabel('Mã 6 chữ số').fill('000000')
  await page.getByRole('button', { name: 'Cài mã xác thực' }).click()
  await page.getByRole('alert').waitFor()
  await look(page, 'ma-xac-thuc-sai')
  const secret = await page.locator('input[name=bi_mat]').inputValue()
  await page.getByLabel('Mã 6 chữ số').fill(await code(page, secret))
  await page.getByRole('button', { name: 'Cài mã xác thực' }).click()
  await page.getByRole('heading', { name: /Mã dự phòng/ }).waitFor()
  await look(page, 'ma-du-phong')
  const recovery = await page.locator('li.ma').first().textContent()
  await page.goto('/tai-khoan/ma-xac-thuc')
  await look(page, 'ma-xac-thuc-da-cai')
  await page.goto('/tiep-tuc')
  await look(page, 'tiep-tuc-trong')
  const again = await visit({ script: false })
  await again.goto('/dang-nhap')
  await again.getByLabel('Tên tài khoản').fill(`ma.${run}`)
  await again.getByLabel('Mật khẩu', { exact: true }).fill(own)
  await again.getByRole('button', { name: 'Đăng nhập' }).click()
  await again.waitForURL('**/dang-nhap/ma**')
  await look(again, 'nhap-ma')
  await again.getByLabel(/Mã 6 chữ số/).fill('12')
  await again.getByRole('button', { name: 'Vào làm việc' }).click()
  await again.getByRole('alert').waitFor()
  await look(again, 'nhap-ma-sai')
  await again.getByLabel(/Mã 6 chữ số/).fill(recovery.toUpperCase().replace('-', ' '))
  await again.getByRole('button', { name: 'Vào làm việc' }).click()
  await again.waitForURL('**/viec')
  assert.ok(again.url().startsWith(base))
})
