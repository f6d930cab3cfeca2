// Chromium without a screen, which reaches this machine alone.
import {chromium} from 'playwright-core';

export const launch = () => chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
         '--disable-component-update', '--disable-sync',
         '--host-resolver-rules=MAP dropzone.test 127.0.0.1, MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
});
