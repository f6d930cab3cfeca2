// Makes certificates with openssl's command, and speaks HTTPS with them.
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import https from 'node:https';
import {join} from 'node:path';

const openssl = (...args) => execFileSync('openssl', args, {stdio: 'pipe'});

/// An authority in this folder, and what it signs.
export function makeAuthority(folder, name) {
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
          '-keyout', key, '-out', cert, '-days', '2', '-subj', `/CN=${name}`);
  return {
    cert, pem: readFileSync(cert),
    /// A certificate of the authority, for 127.0.0.1.
    certify(subject) {
      const [to, its, request] = ['pem', 'key', 'csr'].map(end => join(folder, `${subject}.${end}`));
      openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
              '-keyout', its, '-out', request, '-subj', `/CN=${subject}`,
              '-addext', 'subjectAltName=IP:127.0.0.1');
      openssl('x509', '-req', '-in', request, '-CA', cert, '-CAkey', key, '-CAcreateserial',
              '-days', '2', '-out', to, '-copy_extensions', 'copy');
      return {cert: to, key: its};
    },
  };
}

/// Asks over a connection of its own; answers status, headers, text and the server's certificate.
export function httpsGet(url, {ca, client, headers = {}, method = 'GET', body} = {}) {
  return new Promise((resolve, reject) => {
    const own = client && {cert: readFileSync(client.cert), key: readFileSync(client.key)};
    https.request(url, {ca, agent: false, headers, method, ...own}, response => {
      const subject = response.socket.getPeerCertificate().subject?.CN;
      let text = '';
      response.setEncoding('utf8').on('data', chunk => (text += chunk));
      response.on('end', () => resolve({status: response.statusCode, headers: response.headers, text, subject}));
    }).on('error', reject).end(body);
  });
}
