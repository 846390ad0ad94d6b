package io.weir.operators.alerts;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;

/** Map state in a map, which counts how many entries were looked at. */
final class CountingMap<K, V> implements MapState<K, V> {
  private final Map<K, V> map = new HashMap<>();
  private long reads;

  long reads() {
    return reads;
  }

  int size() {
    return map.size();
  }

  @Override
  public V get(K key) {
    reads++;
    return map.get(key);
  }

  @Override
  public void put(K key, V value) {
    map.put(key, value);
  }

  @Override
  public void putAll(Map<K, V> all) {
    map.putAll(all);
  }

  @Override
  public void remove(K key) {
    map.remove(key);
  }

  @Override
  public boolean contains(K key) {
    reads++;
    return map.containsKey(key);
  }

  @Override
  public Iterable<Map.Entry<K, V>> entries() {
    reads += map.size();
    return map.entrySet();
  }

  @Override
  public Iterable<K> keys() {
    reads += map.size();
    return map.keySet();
  }

  @Override
  public Iterable<V> values() {
    reads += map.size();
    return map.values();
  }

  @Override
  public Iterator<Map.Entry<K, V>> iterator() {
    return entries().iterator();
  }

  @Override
  public boolean isEmpty() {
    return map.isEmpty();
  }

  @Override
  public void clear() {
    map.clear();
  }
}
