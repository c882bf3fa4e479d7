// A district gives Mặt trận an account that sees and cannot touch; an officer gets a name of her own.
import { after, test } from 'node:test'
import assert from 'node:assert/strict'
import { base, look, signIn, stop, visit } from './browser.mjs'

after(stop)

const own = 'con trâu đi trước'
// Accounts stay in the demo: each run makes new ones.
const run = Date.now().toString(36)

async function firstSignIn (username, oneTime) {
  const page = await visit()
  await page.goto('/dang-nhap')
  await page.getByLabel('Tên tài khoản').fill(username)
  await page.getByLabel('Mật khẩu', { exact: true }).fill(oneTime)
  await page.getByRole('button', { name: 'Đăng nhập' }).click()
  await page.getByLabel('Mật khẩu đang dùng').fill(oneTime)
  await page.getByLabel('Mật khẩu mới', { exact: true }).fill(own)
  await page.getByLabel('Nhập lại mật khẩu mới').fill(own)
  await page.getByRole('button', { name: 'Đổi mật khẩu' }).click()
  return page
}

const password = page => page.locator('dd.ma').nth(1).textContent()

test('a supervisor sees her district and cannot touch it', async () => {
  const unit = await visit()
  await signIn(unit, 'h439')
  await unit.getByRole('link', { name: /h439/ }).click()
  await look(unit, 'tai-khoan')
  await unit.getByRole('link', { name: 'Tài khoản giám sát' }).click()
  await unit.getByLabel('Tổ chức').fill('Ủy ban MTTQ huyện Hương Sơn')
  await unit.getByLabel('Họ và tên').fill('Phan Thị Lài')
  await unit.getByLabel('Tên tài khoản').fill(`mattran.${run}`)
  await look(unit, 'giam-sat')
  await unit.getByRole('button', { name: 'Thêm tài khoản' }).click()
  await look(unit, 'phieu-mat-khau')

  const page = await firstSignIn(`mattran.${run}`, await password(unit))
  await page.goto('/danh-sach')
  assert.equal(await page.getByRole('link', { name: 'Nhập liệu' }).count(), 0)
  await page.locator('tbody a').first().click()
  await look(page, 'giam-sat-danh-sach')
  assert.equal(await page.locator('main form[method=post]').count(), 0, 'nothing to press')
  await page.locator('a[href^="/danh-sach/dong/"]').first().click()
  await look(page, 'giam-sat-dong')
  assert.equal(await page.locator('main form[method=post]').count(), 0)
  // She writes the form herself: refused in words.
  const csrf = await page.locator('input[name=csrf]').first().inputValue()
  const answer = await page.request.post(`${base}/chi-tra/ghi`, { form: { csrf } })
  assert.equal(answer.status(), 422)
  assert.match(await answer.text(), /chỉ xem/)
})

test('a named officer, her sessions, and a unit that forgot its password', async () => {
  const unit = await visit({ script: false })
  await signIn(unit, 'h446')
  await unit.goto('/tai-khoan/can-bo')
  await unit.getByLabel('Họ và tên').fill('Nguyễn Thị Hoa')
  await unit.getByLabel('Tên tài khoản').fill('h446')
  await unit.getByRole('button', { name: 'Thêm cán bộ' }).click()
  await look(unit, 'can-bo-sai')
  await unit.getByLabel('Tên tài khoản').fill(`hoa.${run}`)
  await unit.getByRole('button', { name: 'Thêm cán bộ' }).click()
  const hoa = await firstSignIn(`hoa.${run}`, await password(unit))
  await hoa.goto('/tai-khoan/phien')
  await hoa.getByRole('heading', { name: '1 phiên đang đăng nhập' }).waitFor()
  await look(hoa, 'phien')
  await unit.goto('/tai-khoan/can-bo')
  await look(unit, 'can-bo')
  await unit.goto('/tai-khoan/cap-duoi')
  await look(unit, 'cap-duoi')
  await unit.locator('tbody a').last().click()
  await look(unit, 'tai-khoan-xa')
})
