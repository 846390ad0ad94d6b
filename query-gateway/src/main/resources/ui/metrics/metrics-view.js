import {c} from '../core/dom.js';
import {Empty} from '../parts/basics.js';

export function MetricsView() {
  return c(Empty, {title: 'Not yet.'});
}
