// The stories that are told on the page, by clicks and keys. Each begins and ends with olbot running and nothing broken.
import assert from 'node:assert/strict';
import { barrierFree, putForward } from './browser.mjs';

const code = /^\d{8}$/;

// typed writes a command as a person does, with completion by the keyboard.
async function typed({ joe }) {
  await joe.line.click();
  await joe.line.pressSequentially('/te');
  await joe.line.press('Tab');
  await joe.line.pressSequentially('@an');
  await joe.pane.getByRole('option', { name: 'Ana Lima' }).waitFor();
  await joe.line.press('Enter');
  await joe.line.pressSequentially('10m lost her phone, INC-4711');
  assert.equal(await joe.line.inputValue(), '/tempotp @ana 10m lost her phone, INC-4711');
  await joe.line.press('Enter');
}

export const stories = {
  'the lost phone': async ({ page, joe, maria, ana, sam, picture }) => {
    await barrierFree(page, 'at the beginning');
    const toast = maria.pane.locator('.toast').waitFor(); // from now on: it goes by itself
    await typed({ joe });
    await joe.sees('Waiting for approval');
    await ana.sees('A code for your account');
    await toast;
    await maria.button('Approve').click();
    await maria.dialog.waitFor();
    await barrierFree(page, 'with a question');
    await maria.dialog.press('Escape');
    await maria.dialog.waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Approve', 'after Escape the button that asked has the focus');
    await maria.presses('Approve', 'Yes, approve');
    await maria.button('Approve').waitFor({ state: 'detached' });
    assert.ok(await maria.pane.evaluate((el) => el.contains(document.activeElement)), 'the keyboard stays in the pane when the button is gone');
    const secret = joe.pane.locator('.message.ephemeral pre');
    await secret.waitFor();
    await joe.newest('Only visible to you').waitFor();
    const digits = (await secret.innerText()).replace(/\D/g, '');
    assert.match(digits, code);
    await sam.sees('Code shown');
    await page.locator('.toast').first().waitFor({ state: 'detached' });
    await barrierFree(page, 'with the code');
    await picture?.();
    await ana.opens('OneLogin sign-in');
    await ana.pane.getByLabel('Code').fill('12345678');
    await ana.pane.getByRole('button', { name: 'Sign in' }).click();
    await ana.pane.getByText('OneLogin does not know this code.').waitFor();
    await ana.pane.getByLabel('Code').fill(digits);
    await ana.pane.getByRole('button', { name: 'Sign in' }).click();
    await ana.pane.getByText('OneLogin lets Ana in.').waitFor();
    await barrierFree(page, 'signing in');
    await ana.opens('Messages');
    await joe.presses('Done, hide it');
    await secret.waitFor({ state: 'detached' });
  },

  'the form': async ({ page, joe, maria }) => {
    await joe.pane.getByRole('button', { name: 'Shortcuts' }).click();
    await joe.pane.getByRole('menuitem', { name: 'Request a OneLogin code' }).click();
    await joe.dialog.waitFor();
    await barrierFree(page, 'with a form');
    for (const key of ['Tab', 'Shift+Tab']) {
      for (let i = 0; i < 20; i++) {
        await page.keyboard.press(key);
        assert.ok(await joe.dialog.evaluate((el) => el.contains(document.activeElement)), 'the keyboard stays in the form');
      }
    }
    await page.keyboard.press('Escape');
    await joe.dialog.waitFor({ state: 'detached' });
    assert.ok(await joe.pane.evaluate((el) => el.contains(document.activeElement)), 'the keyboard is back in the pane');
    await joe.runs('/tempotp');
    await joe.dialog.waitFor();
    await joe.dialog.getByRole('button', { name: 'Request' }).click();
    const how = joe.dialog.getByRole('group', { name: 'How did you make sure who is calling?' });
    await how.getByText('Please complete this required field.').waitFor();
    await how.getByLabel('Call back on a known number').check();
    await joe.dialog.getByLabel('Whose account?').selectOption({ label: 'Ana Lima (@ana)' });
    await joe.dialog.getByLabel('Or another time').fill('10x');
    await joe.dialog.getByRole('button', { name: 'Request' }).click();
    const time = joe.dialog.getByLabel('Or another time');
    await joe.dialog.locator('.field.wrong', { has: page.getByLabel('Or another time') }).locator('.complaint').waitFor();
    assert.equal(await time.getAttribute('aria-invalid'), 'true');
    await page.waitForFunction((el) => el === document.activeElement, await time.elementHandle()); // the field that is wrong has the focus
    assert.equal(await joe.dialog.getByLabel('Whose account?').locator('option:checked').innerText(), 'Ana Lima (@ana)', 'what was chosen stays chosen');
    await barrierFree(page, 'with a field that is wrong');
    await time.fill('7m');
    await time.press('Enter');
    await joe.dialog.waitFor({ state: 'detached' });
    await maria.newest('by calling back on a known number').waitFor();
    await joe.presses('Withdraw');
    await joe.sees('Withdrawn');
  },

  'a denial with a reason': async ({ page, joe, maria, sam }) => {
    await joe.runs('/tempotp @ana 6m new phone');
    await maria.newest('6 minutes').waitFor();
    await maria.presses('Deny');
    await maria.dialog.getByLabel('I could not reach them').check();
    await maria.dialog.getByLabel('In your own words').fill('Nobody picks up at her number.');
    await barrierFree(page, 'with the form to deny');
    await maria.answers('Deny');
    await joe.sees('Denied');
    await joe.sees('Nobody picks up at her number.');
    await sam.sees('Nobody picks up at her number.');
  },

  'passed on': async ({ page, joe, maria, lena }) => {
    await joe.runs('/tempotp @ana 8m new phone');
    await maria.newest('8 minutes').waitFor();
    await maria.presses('Pass on');
    await maria.dialog.getByLabel('Not my report').check();
    await maria.answers('Pass on');
    await page.getByRole('button', { name: 'Lena' }).click();
    await lena.newest('8 minutes').waitFor();
    await lena.presses('Deny');
    await lena.answers('Deny');
    await joe.newest('Lena Brandt').waitFor();
    await page.getByRole('button', { name: 'Sam' }).click();
  },

  'this was not me': async ({ page, joe, maria, ana, sam }) => {
    await joe.runs('/tempotp @ana 11m new phone');
    await maria.newest('11 minutes').waitFor();
    await maria.presses('Approve', 'Yes, approve');
    await joe.pane.locator('.message.ephemeral pre').waitFor();
    await ana.presses("This wasn't me", "Yes, it wasn't me");
    await ana.sees('You stopped this');
    await sam.sees('ALARM');
    await sam.opens('Messages');
    await sam.sees("Alarm: this wasn't me");
    await barrierFree(page, 'after the alarm');
    await joe.runs('/tempotp @ana once more');
    await joe.sees('Refused');
    await sam.presses('Lift block', 'Yes, lift it');
    await sam.sees('Block lifted');
    await joe.runs('/tempotp @ana 12m once more');
    await maria.newest('12 minutes').waitFor();
    await joe.presses('Withdraw');
    await joe.newest('12 minutes').getByText('Withdrawn').waitFor();
    await joe.presses('Done, hide it');
    await sam.opens('#audit');
  },

  'at home': async ({ page, joe, maria }) => {
    await joe.opens('Home');
    await joe.presses('Request a code');
    await joe.dialog.waitFor();
    await joe.dialog.press('Escape');
    await joe.dialog.waitFor({ state: 'detached' });
    await maria.opens('Home');
    await joe.runs('/tempotp @ana 14m new phone');
    await maria.pane.locator('.home').getByText('14 minutes').waitFor(); // commands of one moment may come in any order
    await joe.runs('/tempotp @bob 13m his phone is at home');
    await maria.pane.locator('.home').getByText('13 minutes').waitFor();
    await barrierFree(page, 'with Home tabs');
    await maria.pane.getByRole('button', { name: 'Approve' }).nth(1).click();
    await maria.dialog.getByText('Bob Stone').waitFor();
    await maria.answers('Yes, approve');
    await maria.pane.locator('.home').getByText('13 minutes').waitFor({ state: 'detached' });
    assert.equal(await maria.pane.getByRole('button', { name: 'Approve' }).count(), 1, 'only Ana’s request still waits');
    await joe.pane.getByRole('button', { name: 'Withdraw' }).first().click(); // of the older one, Ana's; Bob's may still be drawn
    await maria.pane.getByText('Nothing waits for your decision.').waitFor();
    await maria.opens('Messages');
    await joe.opens('Messages');
    await joe.presses('Done, hide it');
    await joe.pane.locator('.message.ephemeral pre').waitFor({ state: 'detached' });
  },

  'away': async ({ page, joe, maria }) => {
    await joe.runs('/tempotp @bob 16m his phone is at home');
    await joe.newest('16 minutes').waitFor();
    await maria.newest('16 minutes').waitFor();
    await putForward(page, '5 minutes'); // who typed within two minutes counts as there
    await joe.isAway(true);
    await maria.presses('Approve', 'Yes, approve');
    await joe.button('Show code').waitFor();
    assert.equal(await joe.pane.locator('.message.ephemeral pre').count(), 0, 'somebody away is shown no code');
    await joe.presses('Show code');
    await joe.pane.locator('.message.ephemeral pre').waitFor();
    await joe.pane.getByRole('button', { name: 'Reload the Slack of Joe Field' }).click();
    await joe.pane.locator('.message.ephemeral').first().waitFor({ state: 'detached' });
  },

  'killed in between': async ({ page, joe, maria, lena }) => {
    await joe.line.click();
    await joe.line.pressSequentially('/tempotp @n');
    await joe.pane.getByRole('option', { name: 'Noor Haddad' }).click();
    assert.equal(await joe.line.inputValue(), '/tempotp @noor ');
    await joe.line.pressSequentially('lost her phone');
    await joe.pane.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('button', { name: 'Lena' }).click();
    await lena.button('Approve').waitFor();
    await page.getByRole('button', { name: 'Kill olbot' }).click();
    await page.getByText('olbot was killed').waitFor();
    await lena.presses('Approve', 'Yes, approve');
    await lena.pane.getByText('olbot is not connected').waitFor();
    await barrierFree(page, 'without olbot');
    await page.getByRole('button', { name: 'Start olbot' }).click();
    await page.getByText('olbot is running').waitFor();
    await lena.presses('Approve', 'Yes, approve');
    await joe.pane.locator('.message.ephemeral pre').waitFor();
    await joe.presses('Done, hide it');
    await page.getByRole('button', { name: 'Sam' }).click();
  },

  'broken': async ({ page, joe, maria, ana, sam }) => {
    const turn = async (name, on) => {
      const it = page.getByRole('switch', { name });
      await it.click();
      await page.locator(`.switch[aria-checked="${on}"]`, { hasText: name }).waitFor();
    };
    await turn('Cut after the code', true);
    await joe.runs('/tempotp ivo@example.com');
    await maria.newest('Ivo Marek').waitFor();
    await maria.presses('Approve', 'Yes, approve');
    await joe.sees('Not known whether a code was made');
    await turn('Cut after the code', false);

    await turn('Slack throttled', true);
    await joe.runs('/tempotp @ana 9m');
    await joe.newest('Looking up').waitFor(); // what comes with the acknowledgement is not throttled
    await turn('OneLogin down', true);
    await turn('Slack throttled', false);
    await turn('OneLogin down', false);
    await maria.newest('9 minutes').waitFor();
    await ana.sees('A code for your account');
    await joe.presses('Withdraw');
    await sam.sees('Withdrawn');
  },
};
