import type { Problem } from '@cadenza/domain';
import { allowedTimes, parseClockTime } from '../schedule/allowed-times.ts';
import type { Plan, PlanWindow } from '../schema/plan-schema.ts';

function windowProblems(plan: Plan, window: PlanWindow, path: string): Problem[] {
  const problems: Problem[] = [];
  window.days.forEach((day, index) => {
    if (window.days.indexOf(day) === index) return;
    problems.push({
      path: `${path}.days[${index}]`,
      code: 'duplicate_day',
      message: `"${day}" is in the list already: expected each weekday once`,
    });
  });
  if (parseClockTime(window.start) >= parseClockTime(window.end)) {
    problems.push({
      path: `${path}.end`,
      code: 'empty_window',
      message: `"${window.end}": expected a time after the start, "${window.start}"`,
    });
  } else if (allowedTimes(window, plan.quietHours)?.stretches.length === 0) {
    problems.push({
      path,
      code: 'window_never_open',
      message: `${window.start} to ${window.end} lies within the quiet hours, ${plan.quietHours?.start} to ${plan.quietHours?.end}: expected some time outside them`,
    });
  }
  return problems;
}

/** Problems of quiet hours and windows. */
export function timeProblems(plan: Plan): Problem[] {
  const { quietHours, sendWindow } = plan;
  if (quietHours && quietHours.start === quietHours.end) {
    return [
      {
        path: 'quietHours',
        code: 'no_time_left',
        message: `${quietHours.start} to ${quietHours.end} leaves no time to send: expected an end other than the start`,
      },
    ];
  }
  return [
    ...(sendWindow ? windowProblems(plan, sendWindow, 'sendWindow') : []),
    ...plan.nodes.flatMap((node, n) =>
      node.action === 'send' && node.schedule?.window
        ? windowProblems(plan, node.schedule.window, `nodes[${n}].schedule.window`)
        : [],
    ),
  ];
}
