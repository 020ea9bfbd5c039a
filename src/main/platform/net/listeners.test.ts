import { describe, expect, it } from 'vitest';
import { parseLsof, parseNetstat, parseTasklist } from './command-listeners.ts';
import { listeningInodes } from './linux-listeners.ts';

const tcpTable = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1FFC 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 48213 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1FFC 0100007F:D2A4 01 00000000:00000000 00:00000000 00000000  1000        0 48990 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:D2A4 0100007F:1FFC 06 00000000:00000000 03:00000FA0 00000000     0        0 0 3 0000000000000000
   3: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1201 1 0000000000000000 100 0 0 10 0
`;
const tcp6Table = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000001000000:1FFC 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 48214 1 0000000000000000 100 0 0 10 0
`;

describe('listeners of Linux', () => {
  it('takes listening sockets of the port only', () => {
    expect(listeningInodes(tcpTable, 8188)).toEqual(['48213']);
    expect(listeningInodes(tcp6Table, 8188)).toEqual(['48214']);
    expect(listeningInodes(tcpTable, 22)).toEqual(['1201']);
    expect(listeningInodes(tcpTable, 53_924)).toEqual([]);
    expect(listeningInodes('', 22)).toEqual([]);
  });
});

describe('listeners of macOS and Windows', () => {
  it('reads lsof', () => {
    expect(parseLsof('p4120\ncpython3.11\nf7\nf8\n')).toEqual({ pid: 4120, name: 'python3.11' });
    expect(parseLsof('p4120\n')).toEqual({ pid: 4120, name: null });
    expect(parseLsof('')).toBeNull();
  });

  it('reads netstat in any language, and no established connection', () => {
    const output = [
      'Aktive Verbindungen',
      '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
      '  TCP    127.0.0.1:8188         127.0.0.1:51234        HERGESTELLT      77',
      '  TCP    127.0.0.1:18188        0.0.0.0:0              ABHÖREN          78',
      '  TCP    127.0.0.1:8188         0.0.0.0:0              ABHÖREN          4120',
      '  TCP    [::1]:8190             [::]:0                 ABHÖREN          79',
    ].join('\r\n');
    expect(parseNetstat(output, 8188)).toBe(4120);
    expect(parseNetstat(output, 8190)).toBe(79);
    expect(parseNetstat(output, 188)).toBeNull();
    expect(parseNetstat('', 8188)).toBeNull();
  });

  it('reads tasklist', () => {
    expect(parseTasklist('"python.exe","4120","Console","1","512.004 K"\r\n')).toBe('python.exe');
    expect(parseTasklist('INFO: No tasks are running which match the specified criteria.')).toBeNull();
  });
});
