type Fields = Readonly<Record<string, unknown>>;

/** The studio's own log. Fields never hold secrets. */
export interface Logger {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}
