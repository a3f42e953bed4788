// The stories of what can still be done once a code was asked for or made: each chosen from the list of things to try, and gone through
// from beginning to end. Each ends with nothing blocked and nothing paused.
import assert from 'node:assert/strict';
import { barrierFree, goesTo, putForward, tries } from './browser.mjs';

// approved has Joe ask for a code for Ana, and Maria approve it.
async function approved({ joe, maria }, minutes) {
  await joe.runs(`/tempotp @ana ${minutes}m lost her phone`);
  await maria.newest(`${minutes} minutes`).waitFor();
  await maria.presses('Approve', 'Yes, approve');
}

// shown has the code shown to Joe, and returns its digits.
async function shown(people, minutes) {
  await approved(people, minutes);
  const code = people.joe.pane.locator('.message.ephemeral pre');
  await code.waitFor();
  return (await code.innerText()).replace(/\D/g, '');
}

// says holds that a person's card of the request for so many minutes comes to say this.
const says = (person, minutes, text) => person.newest(`${minutes} minutes`).getByText(text).first().waitFor();

async function hides({ joe }) {
  await joe.presses('Done, hide it');
  await joe.pane.locator('.message.ephemeral pre').waitFor({ state: 'detached' });
}

async function blocks({ sam }, fill) {
  await sam.presses('Block an account');
  await sam.dialog.getByLabel('Reason').fill('Odd calls since noon.');
  await fill(sam.dialog);
  await sam.answers('Block');
}

export const ways = {
  'on a phone': async ({ page, maria }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByText('Things to try').click();
    await barrierFree(page, 'with the things to try', '.top');
    const list = await page.locator('.ideas ul').boundingBox();
    assert.ok(list.x >= 0 && list.x + list.width <= 390 && list.y + list.height <= 844, 'the whole list is on the screen');
    await page.keyboard.press('Escape');
    await tries(page, 'Stop');
    await goesTo(page, 'Maria');
    await page.waitForFunction((el) => el.getBoundingClientRect().top < window.innerHeight / 2, await maria.pane.elementHandle());
    await barrierFree(page, 'with what is tried', '.idea');
    await page.setViewportSize({ width: 1600, height: 900 });
  },

  'stop': async ({ page, ...people }) => {
    const { joe, maria, ana, sam } = people;
    await tries(page, 'Stop');
    await goesTo(page, 'Maria');
    await shown(people, 17);
    await maria.presses('Stop');
    await maria.dialog.getByLabel('Block it too').check();
    await barrierFree(page, 'with the form to stop', '#pane-maria');
    await maria.answers('Stop');
    await says(maria, 17, 'You stopped this');
    await says(joe, 17, 'Read out no code.');
    await ana.sees('A code for your account was stopped');
    await goesTo(page, 'Sam');
    await sam.sees('Alarm: stopped');
    await joe.runs('/tempotp @ana 18m once more');
    await says(joe, 18, 'Refused');
    await barrierFree(page, 'after a stop', '#pane-sam');
    await sam.presses('Lift block', 'Yes, lift it');
    await says(sam, 17, 'Block lifted');
    await says(joe, 17, 'Stopped');
    await hides(people);
    await sam.opens('#audit');
  },

  'a late objection': async ({ page, ...people }) => {
    const { joe, maria, ana, sam } = people;
    await tries(page, 'A late objection');
    const digits = await shown(people, 19);
    await putForward(page, '1 hour');
    await says(joe, 19, 'No code of it works any more.');
    await hides(people);
    await ana.opens('OneLogin sign-in');
    await ana.pane.getByLabel('Code').fill(digits);
    await ana.pane.getByRole('button', { name: 'Sign in' }).click();
    await ana.pane.getByText('The code has expired.').waitFor();
    await putForward(page, '1 day', 'What you are trying');
    await goesTo(page, 'Ana');
    await ana.newest('yesterday at').getByRole('button', { name: "This wasn't me" }).waitFor();
    await ana.presses("This wasn't me", "Yes, it wasn't me");
    await ana.sees('You reported this');
    await says(joe, 19, 'Reported by the owner');
    await says(maria, 19, 'Reported by the owner');
    await sam.opens('Messages');
    await says(sam, 19, "Alarm: this wasn't me");
    await barrierFree(page, 'after a late objection', '#pane-sam');
    await sam.presses('Lift block', 'Yes, lift it');
    await says(sam, 19, 'Block lifted');

    await shown(people, 20);
    await putForward(page, '1 hour');
    await says(joe, 20, 'No code of it works any more.');
    await ana.button("This wasn't me").waitFor();
    await hides(people);
    await putForward(page, '7 days');
    await ana.button("This wasn't me").waitFor({ state: 'detached' });
    await sam.opens('#audit');
  },

  'a blocked account': async ({ page, ...people }) => {
    const { joe, maria, sam } = people;
    const home = sam.pane.locator('.home');
    await tries(page, 'A blocked account');
    await goesTo(page, 'Sam');
    await blocks(people, async (form) => {
      await form.getByLabel('Person in Slack').selectOption({ label: 'Ana Lima (@ana)' });
      await barrierFree(page, 'with the form to block', '#pane-sam');
    });
    await home.getByText('Blocked accounts').waitFor();
    await home.getByText('Odd calls since noon.').waitFor();
    await goesTo(page, 'Joe');
    await joe.runs('/tempotp @ana 22m lost her phone');
    await says(joe, 22, 'Refused');
    await sam.presses('Lift block', 'Yes, lift it');
    await home.getByText('Blocked accounts').waitFor({ state: 'detached' });
    await joe.runs('/tempotp @ana 23m lost her phone');
    await maria.newest('23 minutes').waitFor();
    await joe.presses('Withdraw');
    await says(joe, 23, 'Withdrawn');

    await blocks(people, (form) => form.getByLabel('Or an e-mail address or OneLogin id').fill('ivo@example.com'));
    await home.getByText('Ivo Marek').waitFor();
    await barrierFree(page, 'with a blocked account', '#pane-sam');
    await joe.runs('/tempotp ivo@example.com 24m lost his phone');
    await says(joe, 24, 'Refused');
    await sam.presses('Lift block', 'Yes, lift it');
    await home.getByText('Blocked accounts').waitFor({ state: 'detached' });
    await sam.opens('#audit');
    await sam.sees('ALARM, account blocked');
    await sam.sees('Block lifted');
  },

  'everything paused': async ({ page, ...people }) => {
    const { joe, maria, sam } = people;
    await tries(page, 'Everything paused');
    await joe.runs('/tempotp @ana 26m lost her phone');
    await maria.newest('26 minutes').waitFor();
    await goesTo(page, 'Sam');
    await sam.presses('Pause all codes', 'Yes, pause them');
    await sam.button('Resume').waitFor();
    await goesTo(page, 'Joe');
    await joe.runs('/tempotp @bob 27m his phone is at home');
    await joe.sees('paused all codes');
    assert.equal(await maria.newest('27 minutes').count(), 0, 'nobody is asked while all codes are paused');
    await maria.presses('Approve', 'Yes, approve');
    await says(joe, 26, 'All codes were paused');
    await barrierFree(page, 'with all codes paused', '#pane-sam');
    assert.equal(await joe.pane.locator('.message.ephemeral pre').count(), 0, 'no code is made while all codes are paused');
    await sam.presses('Resume', 'Yes, resume them');
    await sam.button('Pause all codes').waitFor();
    await joe.presses('Show code');
    await joe.pane.locator('.message.ephemeral pre').waitFor();
    await hides(people);
    await sam.opens('#audit');
    await sam.sees('ALARM, codes resumed');
  },

  'nobody shows the code': async ({ page, joe, maria }) => {
    await tries(page, 'Nobody there');
    await joe.runs('/tempotp @bob 29m his phone is at home');
    await maria.newest('29 minutes').waitFor();
    await putForward(page, '5 minutes', 'What you are trying');
    await joe.isAway(true);
    await maria.presses('Approve', 'Yes, approve');
    await joe.button('Show code').waitFor();
    await putForward(page, '1 hour');
    await says(joe, 29, 'Lapsed');
    await says(maria, 29, 'Approved, not used');
    await joe.isAway(false);
  },

  'nobody answers': async ({ page, ...people }) => {
    const { joe, maria, lena } = people;
    await tries(page, 'Nobody answers');
    await joe.runs('/tempotp @bob 28m his phone is at home');
    await maria.newest('28 minutes').waitFor();
    await putForward(page, '5 minutes');
    await goesTo(page, 'Maria');
    await maria.sees('Reminder');
    await putForward(page, '5 minutes');
    await goesTo(page, 'Lena');
    await lena.newest('28 minutes').getByRole('button', { name: 'Approve' }).waitFor();
    await putForward(page, '5 minutes');
    for (const one of [joe, maria, lena]) await says(one, 28, 'Expired');
    await page.getByRole('button', { name: 'Sam', exact: true }).click();
  },
};
