// The doors: signing in, a wrong password, a page that does not exist; with script and without.
import test, { after } from 'node:test'
import assert from 'node:assert/strict'
import { look, signIn, stop, visit } from './browser.mjs'

after(stop)

for (const script of [true, false]) {
  const how = script ? 'with script' : 'without script'

  test(`a wrong password is told at the field, ${how}`, async () => {
    const page = await visit({ script })
    await page.goto('/dang-nhap')
    await page.getByLabel('Tên tài khoản').fill('x18196')
    await page.getByLabel('Mật khẩu', { exact: true }).fill('sai')
    await page.getByRole('button', { name: 'Đăng nhập' }).click()
    await page.getByText('Có 1 chỗ cần sửa').waitFor()
    assert.equal(await page.getByLabel('Tên tài khoản').inputValue(), 'x18196')
    await look(page, `dang-nhap-sai-${script ? 'js' : 'nojs'}`)
  })

  test(`a clerk signs in and out, ${how}`, async () => {
    const page = await visit({ script })
    await signIn(page, 'x18196')
    await look(page, `viec-xa-${script ? 'js' : 'nojs'}`)
    await page.getByRole('button', { name: 'Thoát' }).click()
    await page.goto('/viec')
    assert.match(page.url(), /dang-nhap/)
  })
}

test('a page that does not exist shows ways out', async () => {
  const page = await visit()
  const answer = await page.goto('/khong-co-trang-nay')
  assert.equal(answer.status(), 404)
  await page.getByText('Mã tra cứu khi gọi hỗ trợ').waitFor()
  await look(page, 'loi-404')
})
