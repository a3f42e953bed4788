// Tells the stories on the page that is served at the address given, in a real browser. Exit code 1 if one of them goes
// another way, with what was seen. The second argument is a directory for the README's pictures.
import { join } from 'node:path';
import { drawsEveryShape, drawsEverything, keepsWhatIsAboutToBePressed, writesDatesForTheReader } from './blocks.mjs';
import { launch, people } from './browser.mjs';
import { stories } from './stories.mjs';
import { ways } from './ways.mjs';

const [url, pictures, only] = process.argv.slice(2);
const { page, complaints, close } = await launch(url);
let failed = false;

async function told(name, story) {
  try {
    await story();
  } catch (error) {
    failed = true;
    console.error(`${name}: ${error.stack}`);
    for (const [key, person] of Object.entries(people(page))) {
      if (await person.pane.count()) console.error(`--- ${key} sees:\n${await person.pane.innerText()}`);
    }
  }
}

// picture keeps the page as it is now, in both schemes.
async function picture() {
  await page.setViewportSize({ width: 1360, height: 800 });
  await page.mouse.move(0, 0);
  await page.locator('#pane-joe .ephemeral pre').evaluate((code) => code.closest('.message').scrollIntoView());
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: join(pictures, `page-${colorScheme}.png`) });
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' });
  await page.setViewportSize({ width: 1600, height: 900 });
}

for (const [name, story] of Object.entries({ ...stories, ...ways })) {
  if (failed || (only && !name.includes(only))) continue;
  await told(name, () => story({ page, ...people(page), picture: pictures ? picture : null }));
}
if (!failed && !only) {
  // Drawn over the page, whose own script goes on: so on a copy without one.
  await page.route('**/main.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  await page.goto(url);
  await told('every kind of block', () => drawsEverything(page));
  await told('repaints', () => keepsWhatIsAboutToBePressed(page));
  await told('dates', () => writesDatesForTheReader(page));
  await told('every shape', () => drawsEveryShape(page));
}
for (const complaint of complaints) console.error(complaint);
await close();
process.exit(failed || complaints.length ? 1 : 0);
