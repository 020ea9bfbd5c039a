/** Hands a text to the browser as a file to keep. */
export const saveText = (fileName: string, text: string): void => {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  saveAddress(address, fileName);
  // The browser has taken the address over when the click returns, but reads it later.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
};

/** Hands what an address answers to the browser as a file to keep; the name comes from the answer where none is given. */
export const saveAddress = (address: string, fileName = ''): void => {
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
};
