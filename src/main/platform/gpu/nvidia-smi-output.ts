import type { Gpu, GpuReading } from '#contract/models/gpu.ts';

/** Fields in the order that the parser expects; `name` may hold commas, so it stands between fields that cannot. */
const fields = [
  'index',
  'uuid',
  'pci.bus_id',
  'name',
  'memory.total',
  'memory.used',
  'utilization.gpu',
  'temperature.gpu',
  'power.draw',
  'driver_version',
];

export const nvidiaQueryArguments: readonly string[] = [
  `--query-gpu=${fields.join(',')}`,
  '--format=csv,noheader,nounits',
];

export interface NvidiaRow {
  readonly uuid: string;
  readonly busId: string;
  readonly name: string;
  readonly memoryTotalBytes: number | null;
  readonly memoryUsedBytes: number | null;
  readonly loadPercent: number | null;
  readonly temperatureCelsius: number | null;
  readonly powerWatts: number | null;
  readonly driverVersion: string | null;
}

const mebibyte = 1024 ** 2;
const fieldsBeforeName = 3;
const fieldsAfterName = 6;

/** A number, or null for [N/A], [Not Supported], [Unknown Error], [GPU is lost], ERR! and the like. */
const numberOrNull = (text: string | undefined): number | null => {
  const isNumber = text !== undefined && /^-?\d+(\.\d+)?$/.test(text);
  return isNumber ? Number(text) : null;
};

const bytesOrNull = (text: string | undefined): number | null => {
  const mebibytes = numberOrNull(text);
  return mebibytes === null ? null : mebibytes * mebibyte;
};

/** One line of the query; null for anything that is no row (warnings, "No devices were found", an index alone). */
export const parseNvidiaRow = (line: string): NvidiaRow | null => {
  const values = line.split(',').map((value) => value.trim());
  const [index, uuid, busId] = values;
  const isRow = /^\d+$/.test(index ?? '') && values.length > fieldsBeforeName + fieldsAfterName;
  if (!isRow || uuid === undefined || !uuid.startsWith('GPU-') || busId === undefined) return null;
  const [total, used, load, temperature, power, driver] = values.slice(-fieldsAfterName);
  return {
    uuid,
    busId,
    name: values.slice(fieldsBeforeName, -fieldsAfterName).join(', '),
    memoryTotalBytes: bytesOrNull(total),
    memoryUsedBytes: bytesOrNull(used),
    loadPercent: numberOrNull(load),
    temperatureCelsius: numberOrNull(temperature),
    powerWatts: numberOrNull(power),
    driverVersion: driver === undefined || driver.startsWith('[') ? null : driver,
  };
};

/** Domain, bus, device and function in the form that text comparison orders rightly. */
const busKey = (busId: string): string => {
  const parts = busId.toLowerCase().split(/[:.]/);
  return parts.map((part) => part.padStart(8, '0')).join(':');
};

/** PCI bus order: the order that CUDA counts in with CUDA_DEVICE_ORDER=PCI_BUS_ID. */
export const byBusId = (left: { readonly busId: string | null }, right: { readonly busId: string | null }): number => {
  const [leftKey, rightKey] = [busKey(left.busId ?? 'g'), busKey(right.busId ?? 'g')];
  if (leftKey === rightKey) return 0;
  return leftKey < rightKey ? -1 : 1;
};

/** All rows of an output, in PCI bus order. */
export const parseNvidiaRows = (output: string): readonly NvidiaRow[] =>
  output
    .split('\n')
    .flatMap((line) => parseNvidiaRow(line) ?? [])
    .sort(byBusId);

export const toGpu = (row: NvidiaRow, index: number): Gpu => ({
  index,
  uuid: row.uuid,
  name: row.name,
  vendor: 'nvidia',
  busId: row.busId,
  memoryTotalBytes: row.memoryTotalBytes,
  driverVersion: row.driverVersion,
});

export const toReading = (row: NvidiaRow, index: number): GpuReading => ({
  index,
  memoryUsedBytes: row.memoryUsedBytes,
  memoryTotalBytes: row.memoryTotalBytes,
  loadPercent: row.loadPercent,
  temperatureCelsius: row.temperatureCelsius,
  powerWatts: row.powerWatts,
});
