import {c} from '../core/dom.js';
import {Empty} from '../parts/basics.js';

export function DashboardsView() {
  return c(Empty, {title: 'Not yet.'});
}
