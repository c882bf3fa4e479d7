// The public log: a payee proves her slip in the browser, and what she types stays there.
import { after, test } from 'node:test'
import assert from 'node:assert/strict'
import { look, signIn, stop, visit } from './browser.mjs'

after(stop)

// The receipt of a payment of an earlier day: its code, name and number.
async function receipt () {
  const page = await visit()
  await signIn(page, 'x18172')
  await page.goto('/chi-tra?hien=da-chi')
  const first = page.locator('tbody a[href^="/chi-tra/"]').first()
  await page.goto(await first.getAttribute('href'))
  await page.goto(await page.locator('a[href*="/phieu/"]').first().getAttribute('href'))
  await look(page, 'phieu-chi')
  const paper = await page.locator('main').textContent()
  const [, name, number] = /Người hưởng: (.+?), sinh năm .*?số giấy tờ (\d*)/.exec(paper)
  return { slip: await page.locator('.ma-phieu .ma').textContent(), name, number }
}

test('a payee finds her payment in the log, and a changed slip is told', async () => {
  const { slip, name, number } = await receipt()
  const page = await visit({ size: 'phone' })
  const asked = []
  page.on('request', request => asked.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`))
  await page.goto('/xac-minh')
  await page.getByRole('heading', { level: 1, name: /khoản trong sổ chi công khai/ }).waitFor()
  await look(page, 'xac-minh')
  await page.getByLabel('Mã trên phiếu').fill(slip)
  await page.getByLabel('Họ và tên như trên phiếu').fill(name.toLowerCase())
  await page.getByLabel('Số giấy tờ như trên phiếu').fill(number)
  await page.getByRole('button', { name: 'Kiểm phiếu' }).click()
  await page.getByRole('heading', { name: 'Khoản này có trong sổ công khai' }).waitFor()
  assert.match(await page.locator('#ket-qua').textContent(), /Chữ ký của sổ đúng/)
  await look(page, 'xac-minh-dung')
  await page.getByLabel('Họ và tên như trên phiếu').fill('Người Khác')
  await page.getByRole('button', { name: 'Kiểm phiếu' }).click()
  await page.getByRole('heading', { name: /không phải của họ tên|không có khoản nào/ }).waitFor()
  await page.getByLabel('Mã trên phiếu').fill(slip.slice(0, -1) + (slip.endsWith('A') ? 'B' : 'A'))
  await page.getByRole('button', { name: 'Kiểm phiếu' }).click()
  await page.getByRole('heading', { name: /Mã bị gõ hoặc quét sai/ }).waitFor()
  await look(page, 'xac-minh-sai')
  const told = asked.filter(line => line.includes(slip) || line.includes(encodeURIComponent(name)) || (number && line.includes(number)))
  assert.deepEqual(told, [], 'nothing of what was typed was sent')
})

test('a log whose files were changed on the way is found out', async () => {
  const { slip, name, number } = await receipt()
  const page = await visit()
  await page.route('**/so-chi/tile/entries/**', async route => {
    const answer = await route.fetch()
    const body = Buffer.from(await answer.body())
    for (let at = body.indexOf('00000|paid'); at >= 0; at = body.indexOf('00000|paid', at + 1)) body[at - 1] ^= 1
    await route.fulfill({ response: answer, body })
  })
  await page.goto('/xac-minh')
  await page.getByLabel('Mã trên phiếu').fill(slip)
  await page.getByLabel('Họ và tên như trên phiếu').fill(name)
  await page.getByLabel('Số giấy tờ như trên phiếu').fill(number)
  await page.getByRole('button', { name: 'Kiểm phiếu' }).click()
  await page.getByRole('heading', { name: /KHÔNG khớp với gốc/ }).waitFor()
})

test('without script the page says how else to check', async () => {
  const page = await visit({ script: false })
  await page.goto('/xac-minh')
  await page.getByText("tắt mã lệnh").waitFor()
  assert.equal(await page.getByRole('button', { name: 'Kiểm phiếu' }).isVisible(), false)
  await page.getByText('ansinh disclosure verify').waitFor()
  await look(page, 'xac-minh-khong-ma')
})
