import net from 'node:net';
import {until} from './process.mjs';

/// Sends the head of a request, waits until the server has it, and sends half of its body.
export async function halfARequest(server, id = 'late') {
  const {hostname, port} = new URL(server.url);
  const body = `{"_id": "${id}"}`;
  const socket = net.connect({host: hostname, port: Number(port)});
  await new Promise(resolve => socket.once('connect', resolve));
  socket.setEncoding('utf8');
  let answer = '';
  socket.on('data', text => (answer += text));
  const closed = new Promise(resolve => socket.once('close', resolve));
  socket.write(`POST /store HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n` +
               `Authorization: Basic ${btoa('demo:secret')}\r\n` +
               `Expect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`);
  await until(() => answer === 'HTTP/1.1 100 Continue\r\n\r\n', 'the server wants the body');
  answer = '';
  socket.write(body.slice(0, 5));
  return {
    finish: async () => {
      socket.write(body.slice(5));
      await closed;
      return answer;
    },
  };
}
