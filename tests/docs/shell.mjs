// One bash that runs the commands of a document one after the other, so that variables last. It ends at
// a variable that is not set, since a command without its address would print nothing, as some shall.
import {spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';

const limit = 120_000;  // ms a command

export function startShell(cwd) {
  const shell = spawn('bash', ['--noprofile', '--norc', '-u'], {cwd, stdio: ['pipe', 'pipe', 'inherit']});
  let output = '';
  let arrived = () => {};
  shell.stdout.setEncoding('utf8').on('data', text => ((output += text), arrived()));
  return {
    /// The command's output, both streams as one.
    run: command => new Promise((resolve, reject) => {
      const mark = randomBytes(12).toString('hex');
      const late = setTimeout(() => reject(new Error('the command does not end')), limit);
      output = '';
      arrived = () => {
        const end = output.indexOf(mark);
        if (end < 0) return;
        clearTimeout(late);
        resolve(output.slice(0, end));
      };
      shell.stdin.write(`{ ${command}\n} 2>&1 </dev/null\necho ${mark}\n`);
    }),
    stop: () => shell.kill('SIGKILL'),
  };
}
