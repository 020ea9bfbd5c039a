import { empty, json } from '../http/answer.ts';
import { controlPath } from '../http/control-path.ts';
import { objectBody } from '../http/request.ts';
import { bareRoute, type Route, route } from '../http/router.ts';
import type { RouteParts } from './route-parts.ts';

/** The fault control, with --sandbox-control only: `{"fault": NAME, "job"?: N, "after_seconds"?: S, "value"?: ...}`. */
const faultRoutes = ({ options, faults }: RouteParts): readonly Route[] => {
  if (!options.control) return [];
  return [
    bareRoute('POST', controlPath, async (request) => {
      const problem = faults.apply(await objectBody(request));
      return problem === null ? empty() : json({ error: problem }, 400);
    }),
  ];
};

/** The reboot of ComfyUI-Manager, with --enable-manager only. */
const managerRoutes = ({ options, faults }: RouteParts): readonly Route[] => {
  if (!options.manager) return [];
  const reboot = () => {
    faults.apply({ fault: 'reboot' });
    return empty();
  };
  return [
    route('GET', '/manager/reboot', reboot),
    route('GET', '/v2/manager/reboot', reboot),
    route('POST', '/v2/manager/reboot', reboot),
  ];
};

/** Routes that are off unless the command line turns them on. */
export const controlRoutes = (parts: RouteParts): readonly Route[] => [...faultRoutes(parts), ...managerRoutes(parts)];
