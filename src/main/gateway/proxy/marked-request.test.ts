import { describe, expect, it } from 'vitest';
import { unmarkBody, unmarkTarget } from './marked-request.ts';

describe('an address that names a file of an instance', () => {
  it.each([
    [
      '/vhs/viewvideo?filename=a%20b.mp4&subfolder=%40far%2Fs%C3%BCb&type=output',
      'far',
      '/vhs/viewvideo?filename=a%20b.mp4&subfolder=s%C3%BCb&type=output',
    ],
    [
      '/api/viewvideo?subfolder=@far/a/b&&x=%zz&filename=a.mp4',
      'far',
      '/api/viewvideo?subfolder=a/b&&x=%zz&filename=a.mp4',
    ],
    ['/x?filename=a&subfolder=%40far&t=1', 'far', '/x?filename=a&subfolder=&t=1'],
    ['/x?filename=a&subfolder=@far%5Csub', 'far', '/x?filename=a&subfolder=sub'],
    ['/x?filename=%40far%2Fsub%2Fa.mp4&subfolder=', 'far', '/x?filename=sub%2Fa.mp4&subfolder='],
    ['/x?subfolder=@far/@near&subfolder=@near', 'far', '/x?subfolder=@near&subfolder=@near'],
  ])('%s', (target, instanceId, content) => {
    expect(unmarkTarget(target)).toEqual({ instanceId, content });
  });

  it.each([
    '/x',
    '/x?',
    '/@far/x?a=b',
    '/x?filename=a.mp4&subfolder=sub&type=output',
    '/x?subfolder=sub/@far',
    '/x?subfolder=@',
    '/x?subfolder=@a%20b/c',
    '/x?mysubfolder=@far',
    '/x?filename=@far',
    '/x?subfolder=sub&subfolder=@far',
  ])('%s names none', (target) => {
    expect(unmarkTarget(target)).toBeNull();
  });
});

describe('a body that names a file of an instance', () => {
  it.each([
    [
      '{"subfolder":"@far/sub","n":1.0,"big":12345678901234567890}',
      '{"subfolder":"sub","n":1.0,"big":12345678901234567890}',
    ],
    ['{ "filename": "ä.png",\n "subfolder" : "@far" }', '{ "filename": "ä.png",\n "subfolder" : "" }'],
    [
      String.raw`{"subfolder":"@far\/a\"$&","text":"\"subfolder\": \"@far\""}`,
      String.raw`{"subfolder":"a\"$&","text":"\"subfolder\": \"@far\""}`,
    ],
  ])('%s', (text, content) => {
    expect(unmarkBody(text)).toEqual({ instanceId: 'far', content });
  });

  it.each([
    '',
    'subfolder',
    '{"subfolder":"@far"',
    '{"subfolder":"sub"}',
    '{"subfolder":3}',
    '["subfolder","@far"]',
    '{"workflow":{"subfolder":"@far/sub"}}',
    '{"subfolder":"@far","workflow":{"subfolder":"@far/sub"}}',
  ])('%s is kept as it is', (text) => {
    expect(unmarkBody(text)).toBeNull();
  });
});
